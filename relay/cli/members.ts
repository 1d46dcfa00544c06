// `safelight-relay invite`, `invites`, `withdraw <number>`, `members`, `ban <number>`: who may open mailboxes.

import { parseArgs } from 'node:util'
import encodeQR from 'qr'
import { callRunningRelay } from '../admin/client.ts'
import { readConfig } from '../config/read.ts'
import { SetupError } from '../setup-error.ts'
import { printTable, rowsOf } from './table.ts'

/** @throws SetupError */
export async function inviteCommand(args: readonly string[]): Promise<void> {
  const { own, rest } = splitFlags(args, ['uses', 'days'])
  const answer = await callRunningRelay(dataOf(rest), 'invite', {
    ...(own['uses'] === undefined ? {} : { uses: Number(own['uses']) }),
    ...(own['days'] === undefined ? {} : { days: Number(own['days']) }),
  })
  const link = String(answer['link'])
  const uses = answer['uses'] === 1 ? 'one person' : `${String(answer['uses'])} people`
  process.stdout.write(`${link}\n`)
  // Colours, so that it can be scanned from dark terminals too; of no use in a file.
  if (process.stdout.isTTY) process.stdout.write(`\n${encodeQR(link, 'term')}\n`)
  process.stdout.write(
    `Invite ${String(answer['number'])}, for ${uses}, until ${String(answer['until'])}. It is shown this once: the relay keeps a hash of it.\n`,
  )
  if (answer['mode'] === 'open')
    process.stdout.write(
      'This relay is open to everybody: who does not join is served as well (membership = "invite").\n',
    )
}

/** @throws SetupError */
export async function invitesCommand(args: readonly string[]): Promise<void> {
  await list(args, 'invites', 'There are no invites.')
}

/** @throws SetupError */
export async function membersCommand(args: readonly string[]): Promise<void> {
  await list(args, 'members', 'There are no members.')
}

/** @throws SetupError */
export async function withdrawCommand(args: readonly string[]): Promise<void> {
  const { number, dataDirectory } = numbered('withdraw', args)
  await callRunningRelay(dataDirectory, 'withdraw', { number })
  process.stdout.write(`Invite ${number} is withdrawn. Who joined with it stays a member.\n`)
}

/** @throws SetupError */
export async function banCommand(args: readonly string[]): Promise<void> {
  const { number, dataDirectory } = numbered('ban', args)
  await callRunningRelay(dataDirectory, 'ban', { number })
  process.stdout.write(
    `Member ${number} opens no new mailboxes. Those they have are not known and stay; purge removes one that was reported.\n`,
  )
}

async function list(args: readonly string[], command: string, nothing: string): Promise<void> {
  const dataDirectory = dataOf(args)
  const rows: Readonly<Record<string, unknown>>[] = []
  for (let after = 0; ;) {
    const more = rowsOf(await callRunningRelay(dataDirectory, command, { after }), 'rows')
    rows.push(...more)
    const last = more.at(-1)?.['number']
    if (typeof last !== 'number') break
    after = last
  }
  if (rows.length === 0) process.stdout.write(`${nothing}\n`)
  else printTable(rows)
}

function numbered(command: string, [written = '', ...flags]: readonly string[]) {
  if (!/^\d{1,9}$/.test(written)) throw new SetupError(`${command} needs a number. See --help.`)
  return { number: Number(written), dataDirectory: dataOf(flags) }
}

function dataOf(flags: readonly string[]): string {
  return readConfig(flags, process.env).config.dataDirectory
}

/** Flags of this command, and what is left for the settings. */
function splitFlags(args: readonly string[], names: readonly string[]) {
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]))
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true })
  const own: Record<string, string> = {}
  const taken = new Set<number>()
  for (const token of tokens) {
    if (token.kind !== 'option' || !names.includes(token.name)) continue
    if (token.value === undefined || !/^\d{1,9}$/.test(token.value))
      throw new SetupError(`--${token.name} needs a whole number.`)
    own[token.name] = token.value
    taken.add(token.index)
    if (token.inlineValue !== true) taken.add(token.index + 1)
  }
  return { own, rest: args.filter((_, index) => !taken.has(index)) }
}
