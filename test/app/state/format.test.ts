import { describe, expect, it, vi } from 'vitest'
import {
  formatBytes,
  formatDay,
  formatDuration,
  formatLeft,
  formatMoment,
  formatSpan,
} from '../../../src/app/state/format.ts'

describe('sizes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [12_345_678, '12.3 MB'],
    [999_600, '1 MB'],
    [2_147_483_648, '2.1 GB'],
  ])('writes %i as %s', (bytes, words) => {
    expect(formatBytes(bytes)).toBe(words)
  })
})

describe('days', () => {
  const now = new Date(2026, 10, 22, 10).getTime()
  const before = (days: number) => new Date(2026, 10, 22 - days, 23).getTime()
  it('names the near ones', () => {
    expect(formatDay(before(0), now)).toBe('Today')
    expect(formatDay(before(1), now)).toBe('Yesterday')
    expect(formatDay(before(3), now)).toBe('Thursday')
  })
  it('dates the others, with the year where it is another one', () => {
    expect(formatDay(before(9), now)).toMatch(/13/)
    expect(formatDay(new Date(2025, 4, 2).getTime(), now)).toMatch(/2025/)
  })
})

it('tells moments apart by year and by minute', () => {
  const moments = [new Date(2023, 10, 14, 9), new Date(2026, 10, 14, 9), new Date(2026, 10, 14, 9, 1)]
  expect(new Set(moments.map((moment) => formatMoment(moment.getTime()))).size).toBe(3)
})

it('writes a time alone as it writes it beside its date', async () => {
  vi.stubGlobal('navigator', { languages: ['en-GB'] })
  vi.resetModules()
  const british = await import('../../../src/app/state/format.ts')
  vi.unstubAllGlobals()
  const early = new Date(2026, 10, 14, 5, 9).getTime()
  expect(british.formatTime(early)).toBe('05:09')
  expect(british.formatMoment(early)).toContain('05:09')
})

describe('durations', () => {
  it.each([
    [0, '0:00'],
    [59_499, '0:59'],
    [61_000, '1:01'],
    [3_723_000, '1:02:03'],
  ])('writes %i ms as %s', (milliseconds, words) => {
    expect(formatDuration(milliseconds)).toBe(words)
  })
})

describe('spans', () => {
  it.each([
    [5000, '5 seconds'],
    [90_000, '90 seconds'],
    [300_000, '5 minutes'],
    [3_600_000, '1 hour'],
    [86_400_000, '1 day'],
    [604_800_000, '1 week'],
    [1_209_600_000, '2 weeks'],
    [864_000_000, '10 days'],
  ])('writes %i as %s', (spanMs, words) => {
    expect(formatSpan(spanMs)).toBe(words)
  })

  it.each([
    [-5, '0 sec'],
    [900, '1 sec'],
    [59_000, '59 sec'],
    [61_000, '2 min'],
    [3_600_001, '2 hr'],
    [86_400_000, '24 hr'],
  ])('says that %i ms are left as %s', (leftMs, words) => {
    expect(formatLeft(leftMs)).toBe(words)
  })
})
