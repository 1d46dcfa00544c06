#!/usr/bin/env node
// The command line: `safelight-relay --help`.

import { backupCommand, restoreCommand } from './cli/backup.ts'
import { configCommand } from './cli/config.ts'
import { purgeCommand, quotaCommand } from './cli/disk.ts'
import { doctorCommand } from './cli/doctor.ts'
import { banCommand, inviteCommand, invitesCommand, membersCommand, withdrawCommand } from './cli/members.ts'
import { startCommand } from './cli/start.ts'
import { statusCommand } from './cli/status.ts'
import { usage } from './cli/usage.ts'
import { SetupError } from './setup-error.ts'

const commands = {
  start: startCommand,
  config: configCommand,
  status: statusCommand,
  backup: backupCommand,
  restore: restoreCommand,
  doctor: doctorCommand,
  invite: inviteCommand,
  invites: invitesCommand,
  withdraw: withdrawCommand,
  members: membersCommand,
  ban: banCommand,
  quota: quotaCommand,
  purge: purgeCommand,
} as const

async function main(words: readonly string[]): Promise<void> {
  if (words.some((word) => word === '--help' || word === '-h')) {
    process.stdout.write(usage)
    return
  }
  const [first = '', ...rest] = words
  // Without a command it starts: `safelight-relay --port 80`.
  if (first === '' || first.startsWith('-')) return startCommand(words)
  const command = Object.entries(commands).find(([name]) => name === first)?.[1]
  if (command === undefined) throw new SetupError(`Unknown command '${first}'. See --help.`)
  await command(rest)
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
