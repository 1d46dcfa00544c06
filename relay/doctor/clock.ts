// Is the clock right? This machine alone cannot tell. It can tell that it is wrong, when something here is from later, and
// whether the system keeps it in time; another machine can tell, where the operator names one. What was compared is said.

import { execFile } from 'node:child_process'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Finding } from './check.ts'
import { bad, good, warning } from './check.ts'

const subject = 'Clock'
/** A clock before the first release of this program is wrong. */
const earliestMs = Date.UTC(2026, 10, 1)
/** What a file was written ahead of by chance: file systems and networks round. */
const aheadMs = 60_000
/** Clients bear a day; more than drift between two looks says that nothing corrects this clock. */
const tolerableMs = 60_000
const timeoutMs = 10_000

export interface ClockEvidence {
  readonly nowMs: number
  /** When the last file in the data folder was written; undefined: there is none. */
  readonly newestFileMs?: number | undefined
  /** By the system's own word; undefined: it does not say. */
  readonly isSynchronised?: boolean | undefined
  /** What another machine says it is, and its name; `undefined` time: it does not say. */
  readonly other?: { readonly name: string; readonly timeMs: number | undefined } | undefined
}

/** @param clockFrom origin of a server whose `Date` is asked for; undefined: nobody is */
export async function checkClock(dataDirectory: string, clockFrom: string | undefined): Promise<Finding> {
  const [newestFileMs, isSynchronised, other] = await Promise.all([
    newestFile(dataDirectory),
    askSystem(),
    clockFrom === undefined ? undefined : askServer(clockFrom),
  ])
  return judgeClock({ nowMs: Date.now(), newestFileMs, isSynchronised, other })
}

export function judgeClock({ nowMs, newestFileMs, isSynchronised, other }: ClockEvidence): Finding {
  const now = `It is ${textOf(nowMs)}`
  const advice = 'Turn on time synchronisation (NTP).'
  if (nowMs < earliestMs) return bad(subject, `${now} by the clock, before this program was made. ${advice}`)
  if (newestFileMs !== undefined && newestFileMs > nowMs + aheadMs)
    return bad(
      subject,
      `${now} by the clock, but a file in the data folder was written at ${textOf(newestFileMs)}: the clock was set back, or was ahead before. ${advice}`,
    )
  if (other?.timeMs !== undefined) {
    const differenceMs = nowMs - other.timeMs
    const seconds = Math.round(Math.abs(differenceMs) / 1000)
    if (Math.abs(differenceMs) > tolerableMs)
      return bad(
        subject,
        `${now} by the clock, ${seconds} s ${differenceMs > 0 ? 'later' : 'earlier'} than at ${other.name}. ${advice}`,
      )
    return good(subject, `${now}, as at ${other.name} (within ${Math.max(1, seconds)} s).`)
  }
  const compared = `${now}${newestFileMs === undefined ? '' : ', no earlier than what is in the data folder'}`
  const silent = other === undefined ? '' : ` ${other.name} does not tell its time.`
  if (isSynchronised === true) return good(subject, `${compared}. The system says that it is synchronised.${silent}`)
  const unsure =
    isSynchronised === false
      ? `The system says that it is not synchronised. ${advice}`
      : 'Whether it is synchronised is not known.'
  return warning(
    subject,
    `${compared}. ${unsure}${silent} Nothing else was compared: look at your watch, or name a server with --clock-from https://…`,
  )
}

/** The database, its log and what lies beside it: a running relay writes there all the time. */
async function newestFile(directory: string): Promise<number | undefined> {
  const names = await readdir(directory).catch(() => [])
  const times = await Promise.all(
    names.map(async (name) => (await stat(join(directory, name)).catch(() => undefined))?.mtimeMs ?? 0),
  )
  return times.length === 0 ? undefined : Math.max(...times)
}

/** Where there is systemd it knows, whichever program keeps the time. */
function askSystem(): Promise<boolean | undefined> {
  return new Promise((resolve) => {
    execFile(
      'timedatectl',
      ['show', '--property=NTPSynchronized', '--value'],
      { timeout: timeoutMs },
      (error, answer) => {
        const word = error === null ? answer.trim() : ''
        resolve(word === 'yes' ? true : word === 'no' ? false : undefined)
      },
    )
  })
}

async function askServer(origin: string): Promise<{ readonly name: string; readonly timeMs: number | undefined }> {
  const name = new URL(origin).host
  try {
    const askedMs = performance.now()
    const response = await fetch(origin, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) })
    const told = Date.parse(response.headers.get('date') ?? '')
    // Told somewhere in between, in whole seconds.
    const sinceMs = (performance.now() - askedMs) / 2
    return { name, timeMs: Number.isNaN(told) ? undefined : told + 500 + sinceMs }
  } catch {
    return { name, timeMs: undefined }
  }
}

function textOf(timeMs: number): string {
  return new Date(timeMs).toISOString()
}
