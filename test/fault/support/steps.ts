// Loaded before a program (`node --import`): counts the steps by which it changes what is on the disk, and its answers,
// and at one of them kills the process, or lets the disk be full from there on. The program knows nothing of it.
//
// A step is a call that writes: of fs, of a file, of SQLite, and the end of an HTTP response. Between two of them nothing
// changes that outlives the process, so being killed before each of them is being killed anywhere.

import { createRequire, syncBuiltinESMExports } from 'node:module'
import type { FileHandle } from 'node:fs/promises'
import { DatabaseSync, StatementSync } from 'node:sqlite'
import { ServerResponse } from 'node:http'

export interface Order {
  readonly kind: 'kill' | 'full' | 'count'
  /** From 1. */
  readonly atStep?: number
  /** How far the clocks, both of them, are ahead from now on. */
  readonly shiftMs?: number
}

type Call = (this: unknown, ...args: unknown[]) => unknown
type Fault = () => Error

const require = createRequire(import.meta.url)
const noRoom: Fault = () => Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
const sqliteFull: Fault = () =>
  Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 })

let steps = 0
let order: Order = { kind: 'count' }

/** Before the step happens. */
function step(fault: Fault | undefined): void {
  steps += 1
  if (order.kind === 'kill' && steps === order.atStep) die()
  if (order.kind === 'full' && steps >= (order.atStep ?? 1) && fault !== undefined) throw fault()
}

function die(): never {
  process.kill(process.pid, 'SIGKILL')
  // Not one instruction more.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

type Choice = (self: unknown, args: readonly unknown[]) => boolean

/** Without a fault: it needs no room. A call that is not chosen is no step. */
function watch(holder: object, name: string, fault?: Fault, isStep: Choice = () => true): void {
  replace(
    holder,
    name,
    (original) =>
      function (...args) {
        if (isStep(this, args)) step(fault)
        return original.apply(this, args)
      },
  )
}

function watchAsync(holder: object, name: string, fault?: Fault, isStep: Choice = () => true): void {
  replace(
    holder,
    name,
    (original) =>
      async function (...args) {
        if (isStep(this, args)) step(fault)
        return original.apply(this, args)
      },
  )
}

function replace(holder: object, name: string, wrap: (original: Call) => Call): void {
  const calls = holder as Record<string, Call>
  const original = calls[name]
  if (original === undefined) throw new Error(`there is no ${name}`)
  calls[name] = wrap(original)
}

const files: Record<string, unknown> = require('node:fs/promises')
const handle = await (files['open'] as (path: string) => Promise<FileHandle>)('/dev/null')
const handles: object = Object.getPrototypeOf(handle)
await handle.close()
watchAsync(files, 'open', noRoom, opensToWrite)
for (const name of ['mkdir', 'copyFile', 'rename']) watchAsync(files, name, noRoom)
for (const name of ['rm', 'chmod']) watchAsync(files, name)
for (const name of ['writeFile', 'sync', 'datasync']) watchAsync(handles, name, noRoom)
const filesNow: object = require('node:fs')
watch(filesNow, 'openSync', noRoom, opensToWrite)
for (const name of ['fsyncSync', 'renameSync']) watch(filesNow, name, noRoom)
watch(filesNow, 'rmSync')
watch(DatabaseSync.prototype, 'exec')
watch(StatementSync.prototype, 'run', sqliteFull, isChange)
watch(ServerResponse.prototype, 'end')
syncBuiltinESMExports()

function opensToWrite(_self: unknown, [, flags]: readonly unknown[]): boolean {
  return typeof flags === 'string' && flags !== 'r'
}

/** On a full disk SQLite still begins and takes back. */
function isChange(statement: unknown): boolean {
  return statement instanceof StatementSync && !/^(?:BEGIN|ROLLBACK|SAVEPOINT|RELEASE)/.test(statement.sourceSQL)
}

let shiftMs = 0
const [realNow, realPassed] = [Date.now, performance.now.bind(performance)]
Date.now = () => realNow() + shiftMs
performance.now = () => realPassed() + shiftMs

/** Counting starts anew with each order. */
function follow(next: Order): void {
  steps = 0
  order = next
  shiftMs = next.shiftMs ?? 0
}

const first = process.env['SAFELIGHT_TEST_ORDER']
if (first !== undefined) follow(JSON.parse(first))
process.on('message', (message: Order | 'steps') => {
  const counted = steps
  if (message !== 'steps') follow(message)
  process.send?.(counted)
})
process.on('exit', () => process.send?.(steps))
// Without a parent that listens, the channel must not keep a program running.
process.channel?.unref()
