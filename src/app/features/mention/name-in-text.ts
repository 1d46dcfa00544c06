// Who is named in a text: an `@` and the name of a member, as it is written while somebody types, and as it is sent.

import type { GroupMember, Mention } from '../../../messenger/api.ts'

type Person = Pick<GroupMember, 'fingerprint' | 'name'>

/** As many as one message holds: `mentions` of the protocol's limits. */
const maxMentions = 32
const letter = /[\p{L}\p{N}]/u

export interface Started {
  /** Where its `@` is. */
  readonly at: number
  /** What is written of the name so far. */
  readonly part: string
}

/** The name that is being written where the caret is. */
export function startedAt(text: string, caret: number): Started | undefined {
  const before = text.slice(0, caret)
  const at = before.lastIndexOf('@')
  if (at === -1 || isLetter(lastOf(before.slice(0, at)))) return undefined
  const part = before.slice(at + 1)
  // A name has its place in one line, and no space at its beginning.
  return /^\s|\n/.test(part) ? undefined : { at, part }
}

/** Without case and accents, from the beginning of any word of the name. A space after the whole of it ends it. */
export function matching<P extends Person>(people: readonly P[], part: string): readonly P[] {
  const wanted = folded(part)
  return people.filter(({ name }) => ` ${folded(name.trim())}`.includes(` ${wanted}`))
}

/**
 * In order, apart from each other, in code points. Of people with the same name the one in `chosen` is meant, or else the
 * first.
 */
export function mentionsIn(text: string, people: readonly Person[], chosen: ReadonlySet<string>): readonly Mention[] {
  const order = people.toSorted(
    (a, b) => b.name.length - a.name.length || Number(chosen.has(b.fingerprint)) - Number(chosen.has(a.fingerprint)),
  )
  const found: Mention[] = []
  let points = 0
  let skipTo = 0
  let before = ''
  for (let at = 0; at < text.length;) {
    const sign = String.fromCodePoint(text.codePointAt(at) ?? 0)
    if (sign === '@' && at >= skipTo && !isLetter(before)) {
      const person = order.find(({ name }) => isNamed(text, at + 1, name))
      if (person !== undefined && found.length < maxMentions) {
        const length = Array.from(person.name).length + 1
        found.push({ from: points, to: points + length, fingerprint: person.fingerprint })
        skipTo = at + 1 + person.name.length
      }
    }
    before = sign
    at += sign.length
    points += 1
  }
  return found
}

export interface TextPart {
  readonly text: string
  /** Whom it names. */
  readonly fingerprint?: string
}

/** The text in parts, the names in parts of their own. */
export function partsOf(text: string, mentions: readonly Mention[]): readonly TextPart[] {
  const points = Array.from(text)
  const parts: TextPart[] = []
  let end = 0
  for (const { from, to, fingerprint } of mentions) {
    if (from > end) parts.push({ text: points.slice(end, from).join('') })
    parts.push({ text: points.slice(from, to).join(''), fingerprint })
    end = to
  }
  if (end < points.length) parts.push({ text: points.slice(end).join('') })
  return parts
}

function isNamed(text: string, at: number, name: string): boolean {
  const end = at + name.length
  return name !== '' && text.slice(at, end) === name && !isLetter(String.fromCodePoint(text.codePointAt(end) ?? 32))
}

function isLetter(sign: string): boolean {
  return letter.test(sign)
}

function lastOf(text: string): string {
  return Array.from(text.slice(-2)).at(-1) ?? ''
}

function folded(name: string): string {
  return name.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase()
}
