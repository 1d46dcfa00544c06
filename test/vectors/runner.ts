// Asks a program for the answers to vectors and compares. The program reads one request per line and writes one answer
// per line (README.md); it may answer in any order. Whatever it does, the runner ends, and names what went wrong.

import { spawn } from 'node:child_process'
import { isDeepStrictEqual } from 'node:util'
import type { VectorCase } from './cases.ts'

export interface RunOptions {
  readonly command: readonly [program: string, ...args: string[]]
  readonly cwd?: string
  readonly cases: readonly VectorCase[]
  /** The program is ended when nothing has come from it for so long. */
  readonly silenceMs: number
  /** One line for each case, and for whatever else went wrong. */
  readonly print: (line: string) => void
}

export interface Outcome {
  readonly passed: number
  readonly failed: number
}

/** Far above the longest answer; a program that writes on without a line end is ended. */
const maxLineLength = 16 * 1024 * 1024
/** Lines that are no answers, until the program is ended. */
const maxGarbage = 20
const shownLength = 200

export async function runVectors({ command, cwd, cases, silenceMs, print }: RunOptions): Promise<Outcome> {
  const [program, ...args] = command
  const waiting = new Map(cases.map((vector) => [vector.id, vector]))
  const answered = new Set<string>()
  let passed = 0
  let failed = 0
  const fail = (name: string, why: string): void => {
    failed += 1
    print(`FAIL ${name}: ${why}`)
  }

  const child = spawn(program, args, { ...(cwd !== undefined && { cwd }), stdio: ['pipe', 'pipe', 'inherit'] })
  let ending = 'the program ended'
  const endProgram = (why: string): void => {
    ending = why
    child.kill('SIGKILL')
    // Something that it started may hold the other end.
    child.stdout.destroy()
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  const heard = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => endProgram(`no answer for ${silenceMs / 1000} s`), silenceMs)
  }

  let garbage = 0
  const take = (line: string): void => {
    const answer = parseAnswer(line)
    const vector = answer && waiting.get(answer.id)
    if (answer === undefined || vector === undefined) {
      fail('output', `${describeStray(answer, answered)}: ${shorten(line)}`)
      garbage += 1
      if (garbage === maxGarbage) endProgram('too many lines that are no answers')
      return
    }
    waiting.delete(vector.id)
    answered.add(vector.id)
    const difference = compare(vector, answer.body)
    if (difference === undefined) {
      passed += 1
      print(`ok   ${vector.id}`)
    } else fail(vector.id, `${vector.operation}: ${difference}`)
    if (waiting.size === 0) child.stdin.end()
  }

  const closed = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      ending = `the program cannot be started (${'code' in error ? String(error.code) : error.name})`
      resolve()
    })
    child.on('close', (code, signal) => {
      if (ending === 'the program ended') ending += signal === null ? ` with ${code}` : ` by ${signal}`
      resolve()
    })
  })
  // Its end is told by `close`; what is written to it after that is lost.
  child.stdin.on('error', () => {})
  child.stdout.setEncoding('utf8')
  let rest = ''
  child.stdout.on('data', (text: string) => {
    heard()
    const [end = '', ...begun] = text.split('\n')
    rest += end
    for (const line of begun) {
      if (rest.trim() !== '') take(rest)
      rest = line
    }
    if (rest.length > maxLineLength) endProgram('a line without an end')
  })
  heard()
  for (const { file, id, operation, inputs } of cases) {
    child.stdin.write(`${JSON.stringify({ file, id, operation, inputs })}\n`)
  }
  if (cases.length === 0) child.stdin.end()
  await closed
  clearTimeout(timer)
  if (rest.trim() !== '') take(rest)
  for (const { id } of waiting.values()) fail(id, `no answer; ${ending}`)
  return { passed, failed }
}

interface ParsedAnswer {
  readonly id: string
  readonly body: { readonly output?: unknown; readonly error?: unknown }
}

function parseAnswer(line: string): ParsedAnswer | undefined {
  try {
    const parsed: unknown = JSON.parse(line)
    if (typeof parsed !== 'object' || parsed === null || !('id' in parsed) || typeof parsed.id !== 'string') {
      return undefined
    }
    const { id, ...body } = { ...parsed, id: parsed.id }
    return { id, body }
  } catch {
    return undefined
  }
}

function describeStray(answer: ParsedAnswer | undefined, answered: ReadonlySet<string>): string {
  if (answer === undefined) return 'a line that is no answer'
  return answered.has(answer.id) ? 'a second answer' : 'an answer to nothing that was asked'
}

/** Undefined where the answer is the expected one. */
function compare({ expected }: VectorCase, body: ParsedAnswer['body']): string | undefined {
  if ('output' in body === 'error' in body) return 'neither an output nor an error, or both'
  if ('error' in expected) {
    return body.error === expected.error ? undefined : `expected the error ${expected.error}, got ${shownOf(body)}`
  }
  if ('error' in body) return `expected an output, got ${shownOf(body)}`
  return isDeepStrictEqual(body.output, expected.output)
    ? undefined
    : `expected ${shorten(JSON.stringify(expected.output))}, got ${shownOf(body)}`
}

function shownOf(body: ParsedAnswer['body']): string {
  return shorten(JSON.stringify(body))
}

function shorten(text: string): string {
  return text.length <= shownLength ? text : `${text.slice(0, shownLength)}…`
}
