// The 64 bars of a voice note: the loudness of as many equal parts of it, the loudest part at full height.

const bars = 64
/** Loudness is gathered in windows this long, because how many there will be is known only at the end. */
const windowSeconds = 0.02
/** Full scale of 1: quieter recordings than this are noise and are not blown up to speech. */
const quietest = 0.02

export interface Loudness {
  /** Samples of one channel, from -1 to 1, in order. */
  add(samples: Float32Array, sampleRate: number): void
  /** 64 amplitudes from 0 to 255. */
  waveform(): Uint8Array
}

export function createLoudness(): Loudness {
  const windows: number[] = []
  let [sum, count] = [0, 0]
  return {
    add(samples, sampleRate) {
      const windowLength = Math.max(1, Math.round(sampleRate * windowSeconds))
      for (const sample of samples) {
        sum += sample * sample
        if (++count < windowLength) continue
        windows.push(sum / count)
        sum = count = 0
      }
    },
    waveform() {
      const all = count > 0 ? [...windows, sum / count] : windows
      const loudness = Array.from({ length: bars }, (_, bar) => partLoudness(all, bar))
      const loudest = Math.max(quietest, ...loudness)
      return Uint8Array.from(loudness, (value) => Math.round((255 * value) / loudest))
    },
  }
}

/** Root of the mean square. A recording with fewer windows than bars repeats them. */
function partLoudness(windows: readonly number[], bar: number): number {
  const start = Math.floor((bar * windows.length) / bars)
  const end = Math.max(start + 1, Math.floor(((bar + 1) * windows.length) / bars))
  const part = windows.slice(start, end)
  if (part.length === 0) return 0
  const mean = part.reduce((total, value) => total + value, 0) / part.length
  return Number.isFinite(mean) ? Math.sqrt(mean) : 0
}
