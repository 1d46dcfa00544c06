import { expect, it } from 'vitest'
import { createLoudness } from '../../src/media/shared/waveform.ts'

const sampleRate = 8000

function heard(seconds: number, amplitudeAt: (part: number) => number): number[] {
  const loudness = createLoudness()
  const length = Math.round(seconds * sampleRate)
  const samples = Float32Array.from({ length }, (_, at) => amplitudeAt(at / length) * (at % 2 === 0 ? 1 : -1))
  // As decoders give it: in pieces.
  for (let at = 0; at < length; at += 1000) loudness.add(samples.subarray(at, at + 1000), sampleRate)
  return [...loudness.waveform()]
}

it('has 64 amplitudes from 0 to 255, the loudest part at full height', () => {
  const bars = heard(10, (part) => part)
  expect(bars).toHaveLength(64)
  expect(bars).toEqual(bars.toSorted((a, b) => a - b))
  expect(bars.at(-1)).toBe(255)
  expect(bars[31]).toBeGreaterThan(120)
  expect(bars[31]).toBeLessThan(135)
})

it('does not make a noise of silence', () => {
  expect(new Set(heard(3, () => 0))).toEqual(new Set([0]))
  expect(Math.max(...heard(3, () => 0.001))).toBeLessThan(20)
})

it.each([0, 0.001, 0.05, 0.5])('has 64 amplitudes also for %f seconds', (seconds) => {
  const bars = heard(seconds, () => 0.5)
  expect(bars).toHaveLength(64)
  expect(bars.every((bar) => bar >= 0 && bar <= 255)).toBe(true)
})

it('bears samples that are no numbers', () => {
  const loudness = createLoudness()
  loudness.add(Float32Array.of(Number.NaN, Infinity, 1), 50)
  expect(loudness.waveform()).toHaveLength(64)
})
