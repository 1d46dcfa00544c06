// What an operation is: a pure function from the inputs of a vector to its output or its error.

import type { Bytes, Random } from '../../../src/protocol/bytes.ts'
import { type Answer, type Fields, toJson } from '../json.ts'

export type Operation = (inputs: Fields) => Answer | Promise<Answer>
export type Operations = Readonly<Record<string, Operation>>

export function output(value: object): Answer {
  return { output: toJson(value) }
}

/** The error of everything whose refusal has no further name in the specification. */
export const refused: Answer = { error: 'refused' }

/** The fields of what was read, or a refusal. */
export function outputOf(value: object | undefined): Answer {
  return value === undefined ? refused : output(value)
}

/** Named random bytes, told apart by their lengths, which differ wherever one step draws several. */
export function draws(...available: readonly (Bytes | undefined)[]): Random {
  const left = [...available]
  return (length) => {
    const at = left.findIndex((bytes) => bytes?.length === length)
    const [drawn] = at < 0 ? [] : left.splice(at, 1)
    if (drawn === undefined) throw new Error(`no random bytes of length ${length}`)
    return drawn
  }
}
