// What `--help` says.

import { settingNames, settings } from '../config/settings.ts'

const settingLines = settingNames.map((name) => {
  const { help, initial, unit } = settings[name]
  const flag = name === 'trust-proxy' ? `--${name}` : `--${name} <value>`
  const words = initial === undefined || initial === 'false' ? help : `${help} (${initial})`
  return `  ${flag.padEnd(24)} ${words}${unit === settings['log-level'].unit ? `; ${unit.hint}` : ''}`
})

export const usage = `Usage: safelight-relay [command] [options]

Commands
  start                    runs the relay (without a command, too)
  config print             the configuration in force, and where each value comes from
  config check             finds every mistake in it
  status                   what a running relay holds
  backup <folder>          writes a copy of everything, also while the relay runs
  restore <folder>         puts a backup into an empty data folder
  doctor [address]         looks for what commonly goes wrong: name, TLS, proxy, disk, clock, STUN

Options
${settingLines.join('\n')}
  --config <file>          TOML with the same names (relay.toml in the data folder)
  -h, --help

Each option is also an environment variable: --max-disk is SAFELIGHT_MAX_DISK. A flag wins over a variable, a variable
over the file.
`
