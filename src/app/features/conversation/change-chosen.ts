// What a person changes about what they chose, before it is sent.

import type { Choice, ChosenMedia } from './chosen-media.ts'

export function changeChosen(choice: Choice, key: number, change: Partial<ChosenMedia>): Choice {
  return { ...choice, media: choice.media.map((item) => (item.key === key ? { ...item, ...change } : item)) }
}

export function removeChosen(choice: Choice, key: number): Choice {
  return { ...choice, media: choice.media.filter((item) => item.key !== key), refusals: [] }
}

/** To another place among the chosen; at either end it stays. */
export function moveChosen(choice: Choice, key: number, to: number): Choice {
  const item = choice.media.find((other) => other.key === key)
  if (item === undefined || to < 0 || to >= choice.media.length) return choice
  const media = choice.media.filter((other) => other !== item)
  media.splice(to, 0, item)
  return { ...choice, media }
}
