// A camera, and a microphone once sound is wanted: asked for at that moment, given back when the view closes.

import { useEffect, useRef, useState } from 'preact/hooks'
import type { RefObject } from 'preact'
import { captureProblem } from '../capture/capture-problem.ts'
import type { CaptureProblem } from '../capture/capture-problem.ts'

export interface CameraSource {
  /** For the element that shows it. */
  readonly video: RefObject<HTMLVideoElement | null>
  readonly problem: CaptureProblem | undefined
  /** Why there is no sound. Pictures go on without. */
  readonly soundProblem: CaptureProblem | undefined
  /** Picture, and sound where it is wanted and allowed. Undefined while one of them is asked for. */
  readonly stream: MediaStream | undefined
  /** It looks at the person, who knows themselves from mirrors. */
  readonly isMirrored: boolean
  readonly canFlip: boolean
  readonly hasTorch: boolean
  readonly flip: () => void
  /** False when the device does not do it. */
  readonly setTorch: (on: boolean) => Promise<boolean>
  readonly retry: () => void
}

type Wanted = Pick<MediaTrackConstraints, 'facingMode' | 'deviceId'>

interface Opened {
  readonly track: MediaStreamTrack
  readonly cameraIds: readonly string[]
}

/** As large as a phone films by itself; a smaller camera gives what it has. */
const frame = { width: { ideal: 1920 }, height: { ideal: 1080 } } as const

export function useCameraSource(wantsSound: boolean): CameraSource {
  const video = useRef<HTMLVideoElement>(null)
  const [wanted, setWanted] = useState<Wanted>({ facingMode: 'environment' })
  const [opened, setOpened] = useState<Opened>()
  const [problem, setProblem] = useState<CaptureProblem>()
  const sound = useSound(wantsSound)

  useEffect(() => {
    let isClosed = false
    let track: MediaStreamTrack | undefined
    const open = async () => {
      track = await firstTrack({ video: { ...frame, ...wanted } })
      if (isClosed) return track.stop()
      track.addEventListener('ended', () => {
        setOpened(undefined)
        setProblem('unplugged')
      })
      const devices = await navigator.mediaDevices.enumerateDevices()
      if (isClosed) return
      if (video.current !== null) await show(video.current, track)
      if (isClosed) return
      const cameraIds = devices.filter(({ kind }) => kind === 'videoinput').map(({ deviceId }) => deviceId)
      setOpened({ track, cameraIds })
    }
    setProblem(undefined)
    setOpened(undefined)
    open().catch((error: unknown) => {
      if (!isClosed) setProblem(captureProblem(error))
    })
    return () => {
      isClosed = true
      track?.stop()
    }
  }, [wanted])

  const settings = opened?.track.getSettings()
  const isReady = opened !== undefined && (!wantsSound || sound.track !== undefined || sound.problem !== undefined)
  const stream = useStream(isReady ? opened.track : undefined, sound.track)
  return {
    video,
    problem,
    soundProblem: sound.problem,
    stream,
    // Those of desktops do not say where they look: at who sits before them.
    isMirrored: opened !== undefined && settings?.facingMode !== 'environment',
    canFlip: (opened?.cameraIds.length ?? 0) > 1,
    hasTorch: opened !== undefined && hasTorch(opened.track),
    flip() {
      const { facingMode, deviceId } = settings ?? {}
      if (facingMode !== undefined) {
        setWanted({ facingMode: facingMode === 'environment' ? 'user' : 'environment' })
        return
      }
      const ids = opened?.cameraIds ?? []
      const next = ids[(ids.indexOf(deviceId ?? '') + 1) % ids.length]
      if (next !== undefined) setWanted({ deviceId: { exact: next } })
    },
    async setTorch(on) {
      const torch: MediaTrackConstraintSet & { readonly torch: boolean } = { torch: on }
      try {
        await opened?.track.applyConstraints({ advanced: [torch] })
        return opened !== undefined
      } catch {
        return false
      }
    },
    retry() {
      setWanted({ ...wanted })
      if (sound.problem !== undefined) sound.retry()
    },
  }
}

/** Resolves with the first picture: before that there is none to take. */
async function show(video: HTMLVideoElement, track: MediaStreamTrack): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  video.addEventListener('loadeddata', () => resolve(), { once: true })
  video.srcObject = new MediaStream([track])
  await promise
}

function useSound(isWanted: boolean) {
  const [track, setTrack] = useState<MediaStreamTrack>()
  const [problem, setProblem] = useState<CaptureProblem>()
  const [tries, setTries] = useState(0)
  useEffect(() => {
    if (!isWanted) return undefined
    let isClosed = false
    let opened: MediaStreamTrack | undefined
    const open = async () => {
      opened = await firstTrack({ audio: true })
      if (isClosed) return opened.stop()
      opened.addEventListener('ended', () => {
        setTrack(undefined)
        setProblem('unplugged')
      })
      setTrack(opened)
    }
    setProblem(undefined)
    open().catch((error: unknown) => {
      if (!isClosed) setProblem(captureProblem(error))
    })
    return () => {
      isClosed = true
      opened?.stop()
      setTrack(undefined)
    }
  }, [isWanted, tries])
  return { track, problem, retry: () => setTries(tries + 1) }
}

/** The same one as long as its tracks are the same. */
function useStream(picture: MediaStreamTrack | undefined, sound: MediaStreamTrack | undefined) {
  const [stream, setStream] = useState<MediaStream>()
  useEffect(() => {
    setStream(picture && new MediaStream(sound === undefined ? [picture] : [picture, sound]))
  }, [picture, sound])
  return picture === undefined ? undefined : stream
}

async function firstTrack(constraints: MediaStreamConstraints): Promise<MediaStreamTrack> {
  const stream = await navigator.mediaDevices.getUserMedia(constraints)
  const [track] = stream.getTracks()
  if (track === undefined) throw new DOMException('no track', 'NotFoundError')
  return track
}

function hasTorch(track: MediaStreamTrack): boolean {
  // Some browsers do not tell what a camera can do.
  if (!('getCapabilities' in track)) return false
  const capabilities = track.getCapabilities()
  return 'torch' in capabilities && capabilities.torch === true
}
