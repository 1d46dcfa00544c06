// The microphone while a voice is recorded: the recording itself, and how loud it is right now.

import { startRecording } from '../capture/record.ts'
import type { Recording } from '../capture/record.ts'

export interface VoiceSession {
  readonly recording: Recording
  /** How loud it is now, from 0 to 1; each call is remembered for the waveform. */
  listen(): number
  /** 64 amplitudes from 0 to 255 of what was heard. */
  waveform(): Uint8Array
  /** Ends the recording, and gives the microphone back. */
  close(): void
}

/** @throws what `getUserMedia` and the recorder throw */
export async function openVoice(): Promise<VoiceSession> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true })
  const ear = openEar(stream)
  const letGo = () => {
    for (const track of stream.getTracks()) track.stop()
    ear?.close()
  }
  try {
    const levels: number[] = []
    const recording = startRecording(stream, 'voice')
    return {
      recording,
      listen() {
        const level = ear?.level() ?? 0
        levels.push(level)
        return level
      },
      waveform: () => waveformOf(levels),
      close() {
        recording.stop()
        letGo()
      },
    }
  } catch (error) {
    letGo()
    throw error
  }
}

interface Ear {
  /** How loud it is now, from 0 to 1. */
  level(): number
  close(): void
}

/** Undefined where the browser does not let it listen: the voice is recorded all the same, and is a line in the tray. */
function openEar(stream: MediaStream): Ear | undefined {
  let context: AudioContext | undefined
  const close = () => {
    if (context !== undefined && context.state !== 'closed') void context.close().catch(() => undefined)
  }
  try {
    context = new AudioContext()
    const analyser = context.createAnalyser()
    context.createMediaStreamSource(stream).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    return {
      level() {
        analyser.getFloatTimeDomainData(samples)
        return loudness(samples)
      },
      close,
    }
  } catch {
    close()
    return undefined
  }
}

const points = 64

/** The loudest of each 64th; fewer levels are stretched. Silence is a line. */
export function waveformOf(levels: readonly number[]): Uint8Array {
  const loudest = levels.reduce((most, level) => Math.max(most, level), 0)
  return Uint8Array.from({ length: points }, (_, at) => {
    const start = Math.floor((at * levels.length) / points)
    const end = Math.max(start + 1, Math.floor(((at + 1) * levels.length) / points))
    const level = levels.slice(start, end).reduce((most, one) => Math.max(most, one), 0)
    return loudest === 0 ? 0 : Math.round((level / loudest) * 255)
  })
}

/** Of speech most is far below the loudest that is possible: the root spreads it. */
function loudness(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length
  return Math.min(1, Math.sqrt(Math.sqrt(power)) * 1.4)
}
