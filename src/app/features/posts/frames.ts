// In which order posts are looked at: each picture of each post is a frame of its own, a post of words alone is one.

import type { PostsOfPerson, PostView } from '../../../messenger/api.ts'

export interface PostFrame {
  /** A contact id; empty: mine. */
  readonly person: string
  readonly postId: string
  /** Place among its attachments; undefined: it has none. */
  readonly attachment: number | undefined
}

/** How long what does not move is shown: words for as long as they take to read. */
const shownMs = { least: 5000, most: 15_000, perCharacter: 55 }

export function personOf({ contactId = '' }: PostsOfPerson): string {
  return contactId
}

/** From somebody on to the others; mine are for themselves. What is over by `now` is in none. */
export function framesFrom(people: readonly PostsOfPerson[], start: string, now: number): readonly PostFrame[] {
  const shown = people.filter((person) => (personOf(person) === '') === (start === ''))
  return shown.flatMap((person) =>
    person.posts
      .filter(({ until }) => until > now)
      .flatMap(({ id, attachments }) => {
        const places: readonly (number | undefined)[] =
          attachments.length === 0 ? [undefined] : attachments.map((_, at) => at)
        return places.map((attachment) => ({ person: personOf(person), postId: id, attachment }))
      }),
  )
}

/** Where somebody's posts begin for me: at the first that I have not looked at, else at the first. */
export function beginningOf(frames: readonly PostFrame[], people: readonly PostsOfPerson[], person: string): number {
  const posts = people.find((entry) => personOf(entry) === person)?.posts ?? []
  const fresh = posts.find(({ isSeen, senderId }) => senderId !== undefined && !isSeen)
  const first = frames.findIndex((frame) => frame.person === person)
  const unseen = frames.findIndex(({ postId }) => postId === fresh?.id)
  return Math.max(0, unseen === -1 ? first : unseen)
}

/** The frame after this one, where a person's begin for me; undefined: there is none. */
export function frameAfter(
  frames: readonly PostFrame[],
  people: readonly PostsOfPerson[],
  at: number,
): number | undefined {
  const next = frames[at + 1]
  if (next === undefined) return undefined
  return next.person === frames[at]?.person ? at + 1 : beginningOf(frames, people, next.person)
}

/** Undefined: a film, which takes as long as it takes. A loop is shown twice. */
export function shownForMs(post: PostView, attachment: number | undefined): number | undefined {
  const item = attachment === undefined ? undefined : post.attachments[attachment]
  const words = [post.text ?? '', item?.caption ?? ''].join('').length * shownMs.perCharacter
  const bounded = (ms: number) => Math.min(shownMs.most, Math.max(shownMs.least, ms))
  if (item?.kind === 'video') return item.loop === true ? bounded(2 * (item.durationMs ?? 0)) : undefined
  return bounded(words)
}
