// How values are written in flags, variables and the file: one text form each, so that every source reads alike.

import { limits } from '../../src/protocol/limits.ts'
import { parseTurnUrl } from '../turn/exchange.ts'

/** Gives the value, or undefined when the text is none. `hint` says what would be one. */
export interface Unit<T> {
  readonly hint: string
  parse(text: string): T | undefined
  format(value: T): string
}

export const text: Unit<string> = {
  hint: 'a text',
  parse: (written) => (written === '' ? undefined : written),
  format: (value) => value,
}

export const port: Unit<number> = {
  hint: 'a port from 0 to 65535',
  parse(written) {
    const value = /^\d{1,5}$/.test(written) ? Number(written) : Number.NaN
    return value <= 65_535 ? value : undefined
  },
  format: String,
}

export const count: Unit<number> = {
  hint: 'a whole number',
  parse: (written) => (/^\d{1,15}$/.test(written) ? Number(written) : undefined),
  format: String,
}

/** As disks are sold: 1G is 1,000,000,000 bytes; 1Gi is 1,073,741,824. */
const sizeFactors = new Map([
  ['', 1],
  ['K', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['T', 1e12],
  ['KI', 2 ** 10],
  ['MI', 2 ** 20],
  ['GI', 2 ** 30],
  ['TI', 2 ** 40],
])

export const size: Unit<number> = {
  hint: 'a size such as 500M or 10G',
  parse: (written) => scaled(/^(\d+(?:\.\d+)?)\s*([KMGT]?I?)B?$/i.exec(written), sizeFactors),
  format: (value) => unscaled(value, sizeFactors).replace('I', 'i'),
}

const durationFactors = new Map([
  ['MS', 1],
  ['S', 1e3],
  ['M', 60e3],
  ['H', 3600e3],
  ['D', 86_400e3],
])

export const duration: Unit<number> = {
  hint: 'a time such as 90s, 12h or 30d',
  parse: (written) => scaled(/^(\d+(?:\.\d+)?)\s*(ms|[smhd])$/i.exec(written), durationFactors),
  format: (value) => unscaled(value, durationFactors).toLowerCase(),
}

export const truth: Unit<boolean> = {
  hint: 'true or false',
  parse: (written) => (/^(1|true)$/.test(written) ? true : /^(0|false)$/.test(written) ? false : undefined),
  format: String,
}

export const origin: Unit<string> = {
  hint: 'an origin such as https://relay.example',
  parse(written) {
    const url = URL.canParse(written) ? new URL(written) : undefined
    const plain = url !== undefined && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href
    return plain ? url.origin : undefined
  },
  format: (value) => value,
}

/** Addresses as browsers take them, with commas between. */
export const turnUrls: Unit<readonly string[]> = {
  hint: `up to ${limits.turnUrls} addresses such as turn:relay.example:3478, with commas between`,
  parse(written) {
    const urls = written.split(',').map((url) => url.trim())
    const isGood = (url: string): boolean => url.length <= limits.turnUrlBytes && parseTurnUrl(url) !== undefined
    const good = urls.length <= limits.turnUrls && urls.every(isGood)
    return good ? urls : undefined
  },
  format: (value) => value.join(','),
}

/** Joined by commas. */
export const hosts: Unit<readonly string[]> = {
  hint: 'names such as push.example or *.push.example, joined by commas',
  parse(written) {
    const names = written.split(',').map((name) => name.trim().toLowerCase())
    // A name has a dot, so that a word such as "any" is never one.
    const isName = (name: string): boolean => /^(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(name)
    return names.every(isName) ? names : undefined
  },
  format: (value) => value.join(','),
}

export function oneOf<T extends string>(values: readonly T[]): Unit<T> {
  return {
    hint: `one of ${values.join(', ')}`,
    parse: (written) => values.find((value) => value === written),
    format: (value) => value,
  }
}

/** Nothing below the least or above the most. */
export function within(unit: Unit<number>, [least, most]: readonly [least: number, most: number]): Unit<number> {
  return {
    hint: `${unit.hint}, from ${unit.format(least)} to ${unit.format(most)}`,
    parse(written) {
      const value = unit.parse(written)
      return value !== undefined && value >= least && value <= most ? value : undefined
    },
    format: (value) => unit.format(value),
  }
}

/** A unit with one more word. */
export function orWord<T, W extends string>(unit: Unit<T>, word: W): Unit<T | W> {
  return {
    hint: `${unit.hint}, or ${word}`,
    parse: (written) => (written === word ? word : unit.parse(written)),
    format: (value) => (value === word ? word : unit.format(value as T)),
  }
}

function scaled(match: RegExpExecArray | null, factors: ReadonlyMap<string, number>): number | undefined {
  const [, amount, letter] = match ?? []
  const factor = letter === undefined ? undefined : factors.get(letter.toUpperCase())
  const value = factor === undefined ? Number.NaN : Math.floor(Number(amount) * factor)
  return Number.isSafeInteger(value) ? value : undefined
}

/** The largest unit that names the value with whole numbers. */
function unscaled(value: number, factors: ReadonlyMap<string, number>): string {
  let best = { letter: '', factor: 1 }
  for (const [letter, factor] of factors) {
    if (value % factor === 0 && value >= factor && factor >= best.factor) best = { letter, factor }
  }
  return `${value / best.factor}${best.letter}`
}
