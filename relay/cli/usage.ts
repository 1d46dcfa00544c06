// What `--help` says.

import { secretNames, settingNames, settings } from '../config/settings.ts'

const choices: ReadonlySet<object> = new Set([settings['log-level'].unit, settings.membership.unit])

const settingLines = settingNames
  .filter((name) => !secretNames.has(name))
  .map((name) => {
    const { help, initial, unit } = settings[name]
    const flag = name === 'trust-proxy' ? `--${name}` : `--${name} <value>`
    const words = initial === undefined || initial === 'false' ? help : `${help} (${initial})`
    return `  ${flag.padEnd(24)} ${words}${choices.has(unit) ? `; ${unit.hint}` : ''}`
  })

export const usage = `Usage: safelight-relay [command] [options]

Commands
  start                    runs the relay (without a command, too)
  config print             the configuration in force, and where each value comes from
  config check             finds every mistake in it
  status                   what a running relay holds
  backup <folder>          writes a copy of everything, also while the relay runs
  restore <folder>         puts a backup into an empty data folder
  doctor [address]         looks for what commonly goes wrong: name, TLS, proxy, disk, clock, STUN, TURN;
                           --clock-from <address of a server> compares the clock with that of another machine
  invite                   makes a link to join, and its QR code; --uses <n> (1), --days <n> (14)
  invites                  what became of each
  withdraw <invite>        takes an invite back, by its number
  members                  by number: the day they joined, and with which invite
  ban <member>             opens nothing new for them, by their number
  quota                    what takes how much of the disk
  purge <id>               removes a mailbox or a blob that was reported

Options
${settingLines.join('\n')}
  --config <file>          TOML with the same names (relay.toml in the data folder)
  -h, --help

Each option is also an environment variable: --max-disk is SAFELIGHT_MAX_DISK. A flag wins over a variable, a variable
over the file. turn-secret is set by variable or file only.
`
