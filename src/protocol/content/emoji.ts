// What a reaction shows: one sign of a person's choice, however many code points a script or an emoji needs for it.
// Whether it is one sign differs between versions of Unicode, so only its length and its characters are checked.

import { limits } from '../limits.ts'
import { hasAtMost, isForbidden, isOnlyJoiners } from './name.ts'

export function isEmoji(text: string): boolean {
  return (
    text.length > 0 &&
    hasAtMost(text, limits.emojiCodePoints) &&
    !/\s/u.test(text) &&
    !Array.from(text).some(isForbidden) &&
    !isOnlyJoiners(text)
  )
}
