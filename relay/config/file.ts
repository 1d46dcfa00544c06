// The configuration file: TOML. Reading it finds every mistake, names its line, and guesses what was meant.

import leven from 'leven'
import { parse, TomlError } from 'smol-toml'
import type { RelayLimits, Rate } from '../limits.ts'
import type { Range, RateRange } from './ranges.ts'
import { limitKeys, limitUnit, settingNames, settings } from './settings.ts'
import type { SettingName } from './settings.ts'

export interface ConfigFile {
  /** As text, to be read like a flag's. */
  readonly settings: ReadonlyMap<SettingName, { readonly line: number; readonly text: string }>
  readonly limits: Partial<RelayLimits>
}

const limitsTable = 'limits'
const rateKeys = ['burst', 'per-second']
/** More differences than this is another word, not a slip. */
const maxSlips = 3

/** A sentence for each mistake, with the line where it is. */
export function parseConfigFile(text: string): { readonly file: ConfigFile; readonly mistakes: readonly string[] } {
  const mistakes: string[] = []
  const found = new Map<SettingName, { line: number; text: string }>()
  const limits: Record<string, number | Rate> = {}
  const file = { settings: found, limits: limits as Partial<RelayLimits> }
  let root: Record<string, unknown>
  try {
    root = parse(text)
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const reason = error.message.split('\n')[0]?.replace(/^Invalid TOML document: /, '') ?? ''
    return { file, mistakes: [`line ${error.line}: ${reason}.`] }
  }
  const lineOf = lineFinder(text)
  const unknown = (key: string, table: string, known: Iterable<string>): void => {
    mistakes.push(`line ${lineOf(key, table)}: unknown key "${key}"${guess(key, known)}`)
  }

  for (const [key, value] of Object.entries(root)) {
    const name = settingNames.find((known) => known === key)
    if (key === limitsTable && isTable(value)) readLimits(value)
    else if (name === undefined) unknown(key, '', [...settingNames, limitsTable])
    else if (isPlain(value)) found.set(name, { line: lineOf(key, ''), text: String(value) })
    else mistakes.push(`line ${lineOf(key, '')}: ${key} must be ${settings[name].unit.hint}.`)
  }
  return { file, mistakes }

  function readLimits(table: Record<string, unknown>): void {
    for (const [key, value] of Object.entries(table)) {
      const name = limitKeys.get(key)
      if (name === undefined) {
        unknown(key, limitsTable, limitKeys.keys())
        continue
      }
      const unit = limitUnit(name)
      const isRate = 'burst' in unit
      const limit = isRate ? rateOf(value, unit) : isPlain(value) ? unit.parse(String(value)) : undefined
      const hint = isRate ? rateHint(unit) : unit.hint
      if (limit === undefined) mistakes.push(`line ${lineOf(key, limitsTable)}: ${key} must be ${hint}.`)
      else limits[name] = limit
    }
  }
}

function rateOf(value: unknown, range: RateRange): Rate | undefined {
  if (!isTable(value) || Object.keys(value).some((key) => !rateKeys.includes(key))) return undefined
  const { burst, 'per-second': perSecond } = value
  const isIn = (item: unknown, [least, most]: Range): item is number =>
    typeof item === 'number' && item >= least && item <= most
  return isIn(burst, range.burst) && isIn(perSecond, range.perSecond) ? { burst, perSecond } : undefined
}

function rateHint({ burst, perSecond }: RateRange): string {
  const words = ([least, most]: Range): string => `from ${decimal(least)} to ${decimal(most)}`
  return `a rate such as { burst = 60, per-second = 0.2 }, with burst ${words(burst)} and per-second ${words(perSecond)}`
}

/** As it is written in the file, without an exponent. */
function decimal(value: number): string {
  return value.toLocaleString('en', { useGrouping: false, maximumFractionDigits: 6 })
}

function guess(key: string, known: Iterable<string>): string {
  const [nearest] = [...known].toSorted((a, b) => leven(key, a) - leven(key, b))
  return nearest !== undefined && leven(key, nearest) <= maxSlips ? `; did you mean "${nearest}"?` : '.'
}

/** The parser does not keep positions. Lines count from 1; the first one that sets the key in its table. */
function lineFinder(text: string): (key: string, table: string) => number {
  const lines = text.split(/\r?\n/)
  return (key, table) => {
    let current = ''
    for (const [index, line] of lines.entries()) {
      const header = /^\s*\[\s*"?([\w-]+)"?\s*\]/.exec(line)
      if (header?.[1] !== undefined) current = header[1]
      const set = /^\s*"?([\w.-]+)"?\s*=/.exec(line)?.[1]
      const isKey = current === table ? set === key : current === '' && set === `${table}.${key}`
      if (isKey || (header?.[1] === key && table === '')) return index + 1
    }
    return 1
  }
}

const isPlain = (value: unknown): value is string | number | bigint | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean'

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}
