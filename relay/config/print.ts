// The configuration in force, as a file that would give the same, with the source of each value.

import type { Rate } from '../limits.ts'
import { defaultLimits } from '../limits.ts'
import type { ReadConfig } from './read.ts'
import { limitKeys, limitUnit, secretNames, settingNames, settings } from './settings.ts'

/** TOML. */
export function printConfig({ config, settings: found, filePath }: ReadConfig): string {
  const lines = [filePath === undefined ? '# No configuration file.' : `# Configuration file: ${filePath}`, '']
  for (const name of settingNames) {
    const { text, source } = found[name]
    const { help } = settings[name]
    if (text !== undefined && secretNames.has(name)) lines.push(`# ${name} is set, in ${source} (${help})`)
    else if (text === undefined) lines.push(`# ${name} is not set (${help})`)
    else lines.push(`${name} = ${literal(text)} # ${source} (${help})`)
  }
  lines.push('', '[limits]')
  for (const [key, name] of limitKeys) {
    const own = config.limits?.[name]
    const unit = limitUnit(name)
    const value = own ?? defaultLimits[name]
    const written = typeof value === 'number' ? ('burst' in unit ? '' : literal(unit.format(value))) : rate(value)
    lines.push(`${key} = ${written} # ${own === undefined ? 'default' : 'file'}`)
  }
  return `${lines.join('\n')}\n`
}

function literal(text: string): string {
  return /^(\d+|true|false)$/.test(text) ? text : JSON.stringify(text)
}

function rate({ burst, perSecond }: Rate): string {
  return `{ burst = ${burst}, per-second = ${perSecond} }`
}
