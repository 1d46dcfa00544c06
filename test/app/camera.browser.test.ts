// The camera in a real browser, with a camera and a microphone that the browser makes up: photos, clips, loops, and what
// is said when there is none.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import type { JoinOptions, MediaTools } from '../../src/app/state/media-tools.ts'
import { setTheme } from '../../src/app/state/theme.ts'
import '../../src/app/styles/app.css'
import type { MediaDraft } from '../../src/messenger/api.ts'
import { MediaError } from '../../src/messenger/ports.ts'
import type { FakeMessenger } from '../support/fake-messenger.ts'
import { mountApp } from '../support/mount-app.ts'
import { fileOf, openConversation } from '../support/open-conversation.ts'
import { violations } from '../support/violations.ts'

const dialog = page.getByRole('dialog', { name: 'Camera' })
const inDialog = (name: string) => dialog.getByRole('button', { name, exact: true })
const chosen = page.getByRole('list', { name: 'Chosen' })
let messenger: FakeMessenger
let drafts: readonly MediaDraft[]

beforeEach(async () => {
  ;({ messenger, drafts } = await openConversation())
})

afterEach(async () => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  setTheme('system')
  // Gives the camera back.
  document.body.replaceChildren()
})

async function openCamera(mode?: 'Video' | 'Loop'): Promise<void> {
  await page.getByRole('button', { name: 'Camera', exact: true }).click()
  await expect.element(dialog).toBeVisible()
  if (mode === undefined) return
  await dialog.getByRole('radio', { name: mode }).click()
  await expect.element(inDialog('Record clip')).toBeEnabled()
}

/** Two taps, with some film in between. */
async function recordClip(): Promise<void> {
  const parts = dialog.element().querySelectorAll('.clip-part').length
  await inDialog('Record clip').click()
  await expect.element(inDialog('Stop clip')).toBeVisible()
  await expect.poll(() => filmedPercent(parts), { timeout: 10_000 }).toBeGreaterThan(2.5)
  await inDialog('Stop clip').click()
  await expect.element(inDialog('Record clip')).toBeVisible()
  await expect.poll(() => dialog.element().querySelectorAll('.clip-part').length).toBe(parts + 1)
}

function filmedPercent(at: number): number {
  const part = dialog.element().querySelectorAll<HTMLElement>('.clip-part')[at]
  return Number.parseFloat(part?.style.inlineSize ?? '0')
}

function refuse(name: string, only?: 'audio'): void {
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
  vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockImplementation((constraints) =>
    only === undefined || constraints?.audio === true
      ? Promise.reject(new DOMException('no', name))
      : real(constraints),
  )
}

describe('the camera', () => {
  it('takes a photo that is not mirrored, though the preview is', async () => {
    const canvas = document.createElement('canvas')
    canvas.width = 64
    canvas.height = 48
    const context = canvas.getContext('2d')
    const paint = () => {
      for (const [at, colour] of ['#f00', '#00f'].entries()) {
        if (context !== null) context.fillStyle = colour
        context?.fillRect(at * 32, 0, 32, 48)
      }
    }
    const painting = setInterval(paint, 20)
    vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockResolvedValue(canvas.captureStream(30))
    await openCamera()
    await expect.element(inDialog('Take photo')).toBeEnabled()
    const preview = dialog.element().querySelector('video')
    await expect.poll(() => preview?.videoWidth).toBe(64)
    expect(preview && getComputedStyle(preview).transform).toContain('matrix(-1')
    await inDialog('Take photo').click()
    clearInterval(painting)
    await expect.element(dialog).not.toBeInTheDocument()
    await expect.element(chosen.getByRole('button', { name: 'Describe Photo 1.jpg', exact: true })).toBeVisible()
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await expect.poll(() => drafts.length).toBe(1)
    const bitmap = await createImageBitmap(fileOf(drafts[0]))
    expect([bitmap.width, bitmap.height]).toEqual([64, 48])
    context?.drawImage(bitmap, 0, 0)
    const [red = 0, , blue = 0] = context?.getImageData(8, 24, 1, 1).data ?? []
    expect(red).toBeGreaterThan(200)
    expect(blue).toBeLessThan(60)
  })

  it('asks for the microphone only when it films, and gives both back', async () => {
    const asked = vi.spyOn(navigator.mediaDevices, 'getUserMedia')
    await openCamera()
    await expect.element(inDialog('Take photo')).toBeEnabled()
    expect(asked.mock.calls.map(([constraints]) => constraints?.audio)).toEqual([undefined])
    await dialog.getByRole('radio', { name: 'Video' }).click()
    await expect.element(inDialog('Record clip')).toBeEnabled()
    expect(asked.mock.calls.map(([constraints]) => constraints?.audio)).toEqual([undefined, true])
    const streams = await Promise.all(asked.mock.results.map(({ value }) => value as Promise<MediaStream>))
    await userEvent.keyboard('{Escape}')
    await expect.element(dialog).not.toBeInTheDocument()
    const states = () => streams.flatMap((stream) => stream.getTracks().map(({ readyState }) => readyState))
    await expect.poll(states).toEqual(['ended', 'ended'])
  })

  it('films several clips, takes the last one back, and hands over the rest', async () => {
    await openCamera('Video')
    await recordClip()
    await recordClip()
    await inDialog('Undo clip').click()
    await expect.element(dialog.getByText('1 clip. Hold to record another.')).toBeVisible()
    await recordClip()
    await inDialog('Use recording').click()
    await expect.element(chosen.getByRole('listitem')).toHaveLength(2)
    await expect.element(page.getByText(/only in this tab until you send it/)).toBeVisible()
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await expect.poll(() => drafts.length).toBe(2)
    for (const draft of drafts) {
      expect(fileOf(draft).type).toMatch(/^video\//)
      expect(fileOf(draft).size).toBeGreaterThan(1000)
      expect(draft.loop).toBeUndefined()
    }
  })

  it('joins the clips into one video where the page can, and keeps them where that fails', async () => {
    const joined = new Blob(['joined'], { type: 'video/mp4' })
    const joinClips = vi.fn<MediaTools['joinClips']>()
    joinClips.mockRejectedValueOnce(new MediaError('unsupported')).mockResolvedValueOnce(joined)
    await mountApp('#c/c0b0', messenger, { tools: { joinClips } })
    await openCamera('Video')
    await recordClip()
    await recordClip()
    await inDialog('Use recording').click()
    await expect
      .element(dialog.getByRole('alert').filter({ hasText: 'could not be joined. They are kept' }))
      .toBeVisible()
    await expect.element(inDialog('Use single clips')).toBeVisible()
    await inDialog('Use recording').click()
    await expect.element(chosen.getByRole('listitem')).toHaveLength(1)
    expect(joinClips.mock.calls[1]?.[0]).toHaveLength(2)
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await expect.poll(() => drafts.length).toBe(1)
    expect(await fileOf(drafts[0]).text()).toBe('joined')
  })

  it('tells how far the joining is, and keeps the clips when it is cancelled', async () => {
    const asked: JoinOptions[] = []
    const joinClips: MediaTools['joinClips'] = (clips, options) => {
      asked.push(options)
      if (asked.length > 1) return Promise.resolve(new Blob(clips.slice(0, 1)))
      options.onProgress(0.4)
      return new Promise((_, reject) =>
        options.signal.addEventListener('abort', () => reject(new MediaError('cancelled'))),
      )
    }
    await mountApp('#c/c0b0', messenger, { tools: { joinClips } })
    await openCamera('Video')
    await recordClip()
    await recordClip()
    await inDialog('Use recording').click()
    const ring = dialog.getByRole('progressbar', { name: 'Joining', exact: true })
    await expect.element(ring).toHaveAttribute('aria-valuetext', '40 %')
    for (const name of ['Record clip', 'Undo clip']) await expect.element(inDialog(name)).toBeDisabled()
    expect(await violations()).toEqual([])
    // Pressed again it begins nothing more.
    await expect.element(inDialog('Joining…')).toHaveFocus()
    await userEvent.keyboard('{Enter}')
    await inDialog('Cancel').click()
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true])
    await expect.element(inDialog('Use recording')).toHaveFocus()
    await expect.element(ring).not.toBeInTheDocument()
    await expect.element(dialog.getByText('2 clips. Hold to record another.')).toBeVisible()
    await expect.element(dialog.getByRole('alert')).not.toBeInTheDocument()
    await inDialog('Use recording').click()
    await expect.element(chosen.getByRole('listitem')).toHaveLength(1)
    expect(asked).toHaveLength(2)
  })

  it('ends the joining with the camera, and hands nothing over', async () => {
    const joined = Promise.withResolvers<Blob>()
    const joinClips = vi.fn<MediaTools['joinClips']>(() => joined.promise)
    await mountApp('#c/c0b0', messenger, { tools: { joinClips } })
    await openCamera('Video')
    await recordClip()
    await recordClip()
    await inDialog('Use recording').click()
    await expect.element(inDialog('Joining…')).toBeVisible()
    await inDialog('Close').click()
    await inDialog('Throw away').click()
    await expect.element(dialog).not.toBeInTheDocument()
    expect(joinClips.mock.calls[0]?.[1].signal.aborted).toBe(true)
    joined.resolve(new Blob(['late']))
    await joined.promise
    await expect.element(chosen).not.toBeInTheDocument()
  })

  it('leaves out a clip that was too short to hold a picture, and says so', async () => {
    await openCamera('Video')
    await recordClip()
    // As encoders are slower than a quick tap: there is sound by then, and no picture.
    const Real = MediaRecorder
    vi.stubGlobal(
      'MediaRecorder',
      class extends Real {
        constructor(stream: MediaStream) {
          super(new MediaStream(stream.getAudioTracks()))
        }
      },
    )
    await inDialog('Record clip').click()
    await inDialog('Stop clip').click()
    await expect.element(dialog.getByText(/too short to film anything/)).toBeVisible()
    expect(dialog.element().querySelectorAll('.clip-part')).toHaveLength(1)
    vi.unstubAllGlobals()
    await recordClip()
    await expect.element(dialog.getByText(/^2 clips\./)).toBeVisible()
    await inDialog('Close').click()
    await inDialog('Throw away').click()
  })

  it('films while the button is held, from a pointer', async () => {
    await openCamera('Video')
    const shutter = inDialog('Record clip').element()
    const press = (type: string) =>
      shutter.dispatchEvent(new PointerEvent(type, { pointerId: 1, button: 0, bubbles: true }))
    vi.spyOn(shutter, 'setPointerCapture').mockReturnValue()
    press('pointerdown')
    await expect.poll(() => filmedPercent(0), { timeout: 10_000 }).toBeGreaterThan(2.5)
    press('pointerup')
    await expect.element(dialog.getByText('1 clip. Hold to record another.')).toBeVisible()
    await inDialog('Close').click()
    await inDialog('Throw away').click()
  })

  it('makes a loop, by the keyboard alone', async () => {
    await openCamera('Loop')
    inDialog('Record clip').element().focus()
    await userEvent.keyboard('{Enter}')
    await expect.element(inDialog('Stop clip')).toHaveFocus()
    await expect.poll(() => filmedPercent(0), { timeout: 10_000 }).toBeGreaterThan(25)
    await userEvent.keyboard('{Enter}')
    await expect.element(inDialog('Use recording')).toBeEnabled()
    inDialog('Use recording').element().focus()
    await userEvent.keyboard('{Enter}')
    await expect.element(chosen.getByText('Plays in a loop')).toBeInTheDocument()
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await expect.poll(() => drafts).toMatchObject([{ loop: true }])
  })

  it('does not throw a recording away by itself', async () => {
    await openCamera('Video')
    await recordClip()
    inDialog('Use recording').element().focus()
    await userEvent.keyboard('{Escape}')
    await expect.element(dialog.getByRole('alert').filter({ hasText: 'throws away' })).toBeVisible()
    await expect.element(inDialog('Keep recording')).toHaveFocus()
    await userEvent.keyboard('{Enter}')
    await expect.element(inDialog('Use recording')).toHaveFocus()
    await userEvent.keyboard('{Escape}')
    await inDialog('Throw away').click()
    await expect.element(dialog).not.toBeInTheDocument()
    await expect.element(chosen).not.toBeInTheDocument()
  })

  it('is asked about when the browser goes back', async () => {
    const here = location.hash
    location.hash = '#settings'
    await expect.element(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
    location.hash = here
    await openCamera('Video')
    await recordClip()
    history.back()
    await expect.element(dialog.getByRole('alert').filter({ hasText: 'throws away' })).toBeVisible()
    await inDialog('Keep recording').click()
    await expect.element(inDialog('Use recording')).toBeEnabled()
    expect(location.hash).toBe(here)
    await inDialog('Close').click()
    await inDialog('Throw away').click()
    await expect.element(dialog).not.toBeInTheDocument()
  })

  it('goes without asking when the browser goes back before anything was filmed, and gives its devices back', async () => {
    const here = location.hash
    location.hash = '#settings'
    await expect.element(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
    location.hash = here
    const asked = vi.spyOn(navigator.mediaDevices, 'getUserMedia')
    await openCamera('Video')
    const streams = await Promise.all(asked.mock.results.map(({ value }) => value as Promise<MediaStream>))
    history.back()
    await expect.element(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
    await expect.element(dialog).not.toBeInTheDocument()
    const states = () => streams.flatMap((stream) => stream.getTracks().map(({ readyState }) => readyState))
    await expect.poll(states).toEqual(['ended', 'ended'])
  })

  it('is asked about before a tab with a recording is closed', async () => {
    const asksToStay = () => !dispatchEvent(new Event('beforeunload', { cancelable: true }))
    await openCamera()
    await inDialog('Take photo').click()
    await expect.element(chosen).toBeVisible()
    await expect.poll(asksToStay).toBe(true)
    await page.getByRole('button', { name: 'Remove Photo 1.jpg' }).click()
    await expect.poll(asksToStay).toBe(false)
  })
})

describe('what a camera can do besides', () => {
  it('has no light and no other side where the device has none', async () => {
    await openCamera()
    await expect.element(inDialog('Take photo')).toBeEnabled()
    expect(inDialog('Torch').query()).toBeNull()
    expect(inDialog('Flip').query()).toBeNull()
  })

  it('turns the light of a phone on and off, and says which it is', async () => {
    const capabilities = MediaStreamTrack.prototype.getCapabilities
    vi.spyOn(MediaStreamTrack.prototype, 'getCapabilities').mockImplementation(function (this: MediaStreamTrack) {
      return Object.assign(capabilities.call(this), { torch: true })
    })
    const applied = vi.spyOn(MediaStreamTrack.prototype, 'applyConstraints').mockResolvedValue()
    await openCamera()
    for (const on of [true, false]) {
      await inDialog('Torch').click()
      await expect.element(inDialog('Torch')).toHaveAttribute('aria-pressed', String(on))
      expect(applied).toHaveBeenLastCalledWith({ advanced: [{ torch: on }] })
    }
    // A device that does not do it after all.
    applied.mockRejectedValue(new DOMException('no', 'OverconstrainedError'))
    await inDialog('Torch').click()
    await expect.poll(() => applied.mock.calls.length).toBe(3)
    await expect.element(inDialog('Torch')).toHaveAttribute('aria-pressed', 'false')
  })

  it('asks a phone for the other side', async () => {
    const own = MediaStreamTrack.prototype.getSettings
    vi.spyOn(MediaStreamTrack.prototype, 'getSettings').mockImplementation(function (this: MediaStreamTrack) {
      return { ...own.call(this), facingMode: 'environment' }
    })
    const devices = await navigator.mediaDevices.enumerateDevices()
    vi.spyOn(navigator.mediaDevices, 'enumerateDevices').mockResolvedValue([...devices, ...devices])
    const asked = vi.spyOn(navigator.mediaDevices, 'getUserMedia')
    await openCamera()
    expect(asked).toHaveBeenLastCalledWith({ video: expect.objectContaining({ facingMode: 'environment' }) })
    await inDialog('Flip').click()
    await expect.poll(() => asked.mock.lastCall).toEqual([{ video: expect.objectContaining({ facingMode: 'user' }) }])
    await expect.element(inDialog('Take photo')).toBeEnabled()
  })
})

/**
 * A phone of two cameras, of which the one at the back has a light. `says`: whether it tells where a camera looks. Gives what
 * the lights were told, in their order.
 */
function holdPhone(says: 'sides' | 'nothing'): readonly boolean[] {
  const lights: boolean[] = []
  const sideOf = ({ facingMode, deviceId }: MediaTrackConstraints): 'environment' | 'user' => {
    const wanted = JSON.stringify(deviceId ?? facingMode)
    return wanted.includes('front') || wanted.includes('user') ? 'user' : 'environment'
  }
  const cameras = ['back', 'front'].map((deviceId) => ({ deviceId, kind: 'videoinput', label: '', groupId: '' }))
  vi.spyOn(navigator.mediaDevices, 'enumerateDevices').mockResolvedValue(
    cameras.map((camera) => ({ ...camera, toJSON: () => camera }) as MediaDeviceInfo),
  )
  vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockImplementation(async (constraints) => {
    const side = sideOf(typeof constraints?.video === 'object' ? constraints.video : {})
    const canvas = document.createElement('canvas')
    const stream = canvas.captureStream(30)
    const [track] = stream.getVideoTracks()
    if (track === undefined) throw new Error('the canvas gives no picture')
    const context = canvas.getContext('2d')
    const painting = setInterval(() => {
      if (track.readyState === 'ended') return clearInterval(painting)
      context?.fillRect(0, 0, 8, 8)
    }, 20)
    const deviceId = side === 'user' ? 'front' : 'back'
    track.getSettings = () => (says === 'sides' ? { deviceId, facingMode: side } : { deviceId })
    const capabilities: MediaTrackCapabilities & { readonly torch: boolean } = { torch: side === 'environment' }
    track.getCapabilities = () => capabilities
    track.applyConstraints = async (applied) => {
      const [{ torch } = {}] = (applied?.advanced ?? []) as { readonly torch?: boolean }[]
      if (torch !== undefined) lights.push(torch)
    }
    return stream
  })
  return lights
}

const isMirrored = (): boolean => dialog.element().querySelector('video')?.classList.contains('mirrored') === true

describe('a phone', () => {
  it('shows the back as it is, the front as a mirror, and the light only where there is one', async () => {
    const lights = holdPhone('sides')
    await openCamera()
    await expect.element(inDialog('Take photo')).toBeEnabled()
    expect(isMirrored()).toBe(false)
    await inDialog('Torch').click()
    await expect.element(inDialog('Torch')).toHaveAttribute('aria-pressed', 'true')
    await inDialog('Flip').click()
    await expect.element(inDialog('Take photo')).toBeEnabled()
    await expect.poll(isMirrored).toBe(true)
    expect(inDialog('Torch').query()).toBeNull()
    // A light goes out with its camera: it is not said to be on when that is back.
    await inDialog('Flip').click()
    await expect.element(inDialog('Torch')).toHaveAttribute('aria-pressed', 'false')
    expect(isMirrored()).toBe(false)
    expect(lights).toEqual([true])
  })

  it('gives each camera back before the next, and the last one when the view closes', async () => {
    holdPhone('sides')
    await openCamera()
    const { mock } = vi.mocked(navigator.mediaDevices.getUserMedia)
    const states = () =>
      Promise.all(mock.results.map(async ({ value }) => ((await value) as MediaStream).getTracks()[0]?.readyState))
    await expect.element(inDialog('Flip')).toBeVisible()
    await inDialog('Flip').click()
    await expect.poll(states).toEqual(['ended', 'live'])
    await expect.element(inDialog('Take photo')).toBeEnabled()
    await userEvent.keyboard('{Escape}')
    await expect.poll(states).toEqual(['ended', 'ended'])
  })

  it('goes through its cameras one by one where it does not say where they look', async () => {
    holdPhone('nothing')
    await openCamera()
    const { mock } = vi.mocked(navigator.mediaDevices.getUserMedia)
    for (const deviceId of ['front', 'back']) {
      await inDialog('Flip').click()
      await expect
        .poll(() => mock.lastCall)
        .toEqual([{ video: expect.objectContaining({ deviceId: { exact: deviceId } }) }])
      await expect.element(inDialog('Take photo')).toBeEnabled()
      expect(isMirrored()).toBe(true)
    }
  })
})

describe('without a camera', () => {
  for (const [name, words] of [
    ['NotAllowedError', 'does not allow the camera'],
    ['NotFoundError', 'no camera on this device'],
    ['NotReadableError', 'Another program may be using it'],
  ] as const) {
    it(`says what to do (${name}), and tries again`, async () => {
      refuse(name)
      await openCamera()
      await expect.element(dialog.getByRole('alert').filter({ hasText: words })).toBeVisible()
      vi.restoreAllMocks()
      await inDialog('Try again').click()
      await expect.element(inDialog('Take photo')).toBeEnabled()
    })
  }

  it('keeps what was filmed when it is pulled out in the middle', async () => {
    const asked = vi.spyOn(navigator.mediaDevices, 'getUserMedia')
    await openCamera('Video')
    await inDialog('Record clip').click()
    await expect.poll(() => filmedPercent(0), { timeout: 10_000 }).toBeGreaterThan(2.5)
    const stream = await (asked.mock.results[0]?.value as Promise<MediaStream>)
    for (const track of stream.getTracks()) {
      track.stop()
      track.dispatchEvent(new Event('ended'))
    }
    await expect.element(dialog.getByRole('alert').filter({ hasText: 'was disconnected' })).toBeVisible()
    await inDialog('Use recording').click()
    await expect.element(chosen.getByRole('listitem')).toHaveLength(1)
  })

  it('films without sound where there is no microphone, and says so', async () => {
    refuse('NotAllowedError', 'audio')
    await openCamera('Video')
    await expect.element(dialog.getByRole('alert').filter({ hasText: 'clips have no sound' })).toBeVisible()
    await recordClip()
    await expect.element(inDialog('Use recording')).toBeEnabled()
  })
})

describe('accessibility of the camera', () => {
  for (const theme of ['dark', 'light'] as const) {
    it(`has nothing to object to, ${theme}`, async () => {
      await page.viewport(390, 844)
      setTheme(theme)
      await openCamera()
      await expect.element(inDialog('Take photo')).toBeEnabled()
      expect(await violations(), 'photo').toEqual([])
      for (const mode of ['Loop', 'Video']) {
        await dialog.getByRole('radio', { name: mode }).click()
        await expect.element(inDialog('Record clip')).toBeEnabled()
        expect(await violations(), mode).toEqual([])
      }
      await recordClip()
      expect(await violations(), 'a clip').toEqual([])
      await userEvent.keyboard('{Escape}')
      expect(await violations(), 'leaving').toEqual([])
    })

    it(`has nothing to object to without a camera, on a small screen, ${theme}`, async () => {
      await page.viewport(320, 640)
      setTheme(theme)
      refuse('NotAllowedError')
      await openCamera()
      await dialog.getByRole('radio', { name: 'Video' }).click()
      await expect.element(dialog.getByRole('alert')).toHaveLength(2)
      expect(await violations()).toEqual([])
      expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(320)
    })
  }
})
