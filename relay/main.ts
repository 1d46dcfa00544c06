#!/usr/bin/env node
// The command line: `safelight-relay --help`.

import { SetupError } from './setup-error.ts'

type Command = (args: readonly string[]) => Promise<void> | void

// Loaded when they are called: most need little of what a relay needs.
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./cli/start.ts')).startCommand,
  config: async () => (await import('./cli/config.ts')).configCommand,
  status: async () => (await import('./cli/status.ts')).statusCommand,
  backup: async () => (await import('./cli/backup.ts')).backupCommand,
  restore: async () => (await import('./cli/backup.ts')).restoreCommand,
  doctor: async () => (await import('./cli/doctor.ts')).doctorCommand,
  invite: async () => (await import('./cli/members.ts')).inviteCommand,
  invites: async () => (await import('./cli/members.ts')).invitesCommand,
  withdraw: async () => (await import('./cli/members.ts')).withdrawCommand,
  members: async () => (await import('./cli/members.ts')).membersCommand,
  ban: async () => (await import('./cli/members.ts')).banCommand,
  quota: async () => (await import('./cli/disk.ts')).quotaCommand,
  purge: async () => (await import('./cli/disk.ts')).purgeCommand,
}

async function main(words: readonly string[]): Promise<void> {
  if (words.some((word) => word === '--help' || word === '-h')) {
    const { usage } = await import('./cli/usage.ts')
    process.stdout.write(usage)
    return
  }
  const [first = '', ...rest] = words
  // Without a command it starts: `safelight-relay --port 80`.
  const isStart = first === '' || first.startsWith('-')
  const name = isStart ? 'start' : first
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (load === undefined) throw new SetupError(`Unknown command '${first}'. See --help.`)
  const command = await load()
  await command(isStart ? words : rest)
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
