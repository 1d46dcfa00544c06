import { describe, expect, it } from 'vitest'
import { leftMs } from '../../../src/app/features/camera/clips.ts'
import { waveformOf } from '../../../src/app/features/voice/voice-session.ts'

const clip = (durationMs: number) => ({ blob: new Blob(['x']), durationMs })

describe('clips of one recording', () => {
  it('have a minute in all, a loop six seconds', () => {
    expect(leftMs([], 'video')).toBe(60_000)
    expect(leftMs([clip(20_000), clip(30_000)], 'video')).toBe(10_000)
    expect(leftMs([clip(2_000)], 'loop')).toBe(4_000)
  })

  it('are full when nothing worth recording fits', () => {
    expect(leftMs([clip(5_600)], 'loop')).toBe(0)
    expect(leftMs([clip(5_400)], 'loop')).toBe(600)
    expect(leftMs([clip(61_000)], 'video')).toBe(0)
  })
})

describe('a waveform', () => {
  it('has 64 points however much was heard, the loudest at the top', () => {
    for (const count of [0, 1, 5, 64, 1000]) {
      const waveform = waveformOf(Array.from({ length: count }, (_, at) => (at + 1) / count))
      expect(waveform).toHaveLength(64)
      expect(Math.max(...waveform)).toBe(count === 0 ? 0 : 255)
    }
  })

  it('keeps a short loud moment, and is a line in silence', () => {
    const levels = Array.from({ length: 640 }, (_, at) => (at === 321 ? 1 : 0.1))
    expect(waveformOf(levels)[32]).toBe(255)
    expect(new Set(waveformOf([0, 0, 0]))).toEqual(new Set([0]))
  })
})
