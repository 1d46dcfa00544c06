// One recording of a stream, from its start until it is stopped, or until its devices are gone.

export interface RecordedBlob {
  readonly blob: Blob
  readonly durationMs: number
}

export interface Recording {
  /** On the clock of `performance.now()`. */
  readonly startedAt: number
  /** However it ended; what was recorded until then. Empty when that is nothing. */
  readonly ended: Promise<RecordedBlob>
  stop(): void
}

const formats = {
  // What every device plays comes first: it needs no conversion.
  video: [
    'video/mp4;codecs=avc1.42E01F,mp4a.40.2',
    'video/mp4;codecs=avc1.42E01F,opus',
    'video/mp4',
    'video/webm;codecs=vp9,opus',
    'video/webm',
  ],
  voice: ['audio/mp4;codecs=mp4a.40.2', 'audio/webm;codecs=opus', 'audio/mp4', 'audio/ogg;codecs=opus'],
} as const

/** A clip is made smaller when it is sent; a voice needs no more than this. */
const bitrates = { video: { videoBitsPerSecond: 8_000_000 }, voice: { audioBitsPerSecond: 64_000 } } as const

/** So that little is lost when a device is pulled out. */
const partMs = 500

/** @throws DOMException, ReferenceError where the browser does not record this */
export function startRecording(stream: MediaStream, kind: 'video' | 'voice'): Recording {
  const mimeType = formats[kind].find((format) => MediaRecorder.isTypeSupported(format))
  const recorder = new MediaRecorder(stream, { ...bitrates[kind], ...(mimeType === undefined ? {} : { mimeType }) })
  const { promise, resolve } = Promise.withResolvers<RecordedBlob>()
  const parts: Blob[] = []
  const startedAt = performance.now()
  let stoppedAt: number | undefined
  const stop = () => {
    if (recorder.state === 'inactive') return
    stoppedAt = performance.now()
    recorder.stop()
  }
  recorder.addEventListener('dataavailable', ({ data }) => parts.push(data))
  recorder.addEventListener('stop', () => {
    for (const track of stream.getTracks()) track.removeEventListener('ended', stop)
    const [type = ''] = recorder.mimeType.split(';')
    resolve({ blob: new Blob(parts, { type }), durationMs: (stoppedAt ?? performance.now()) - startedAt })
  })
  // Of several tracks the others would go on: a film without its picture.
  for (const track of stream.getTracks()) track.addEventListener('ended', stop)
  recorder.start(partMs)
  return { startedAt, ended: promise, stop }
}

/** The name of the file, which stays on this device unless it is sent as it is. */
export function recordedFile(blob: Blob, name: string): File {
  const ending = blob.type.endsWith('/mp4') ? 'mp4' : blob.type.endsWith('/ogg') ? 'ogg' : 'webm'
  return new File([blob], `${name}.${ending}`, { type: blob.type })
}
