// Voice notes in a real browser, with a microphone that the browser makes up: recording, listening before sending, and
// playing what arrived.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { setTheme } from '../../src/app/state/theme.ts'
import '../../src/app/styles/app.css'
import type { MediaDraft, TransferView } from '../../src/messenger/api.ts'
import type { FakeMessenger } from '../support/fake-messenger.ts'
import { fileOf, openConversation } from '../support/open-conversation.ts'
import { violations } from '../support/violations.ts'

const button = (name: string) => page.getByRole('button', { name, exact: true })
const chosen = page.getByRole('list', { name: 'Chosen' })
let messenger: FakeMessenger
let drafts: readonly MediaDraft[]

beforeEach(async () => {
  ;({ messenger, drafts } = await openConversation())
})

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  setTheme('system')
  document.body.replaceChildren()
})

const heardSomething = () => /0:0[1-9]/.test(document.querySelector('[role=timer]')?.textContent ?? '')

async function record(): Promise<void> {
  await button('Record voice').click()
  await expect.element(button('Stop recording')).toBeVisible()
  await expect.poll(heardSomething).toBe(true)
}

/** A second of a tone, as a file that every browser plays. */
function tone(): Blob {
  const rate = 8000
  const view = new DataView(new ArrayBuffer(44 + rate * 2))
  for (const [at, word] of [0x52494646, 0, 0x57415645, 0x666d7420].entries()) view.setUint32(at * 4, word)
  view.setUint32(4, 36 + rate * 2, true)
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, rate, true)
  view.setUint32(28, rate * 2, true)
  view.setUint16(32, 2, true)
  view.setUint16(34, 16, true)
  view.setUint32(36, 0x64617461)
  view.setUint32(40, rate * 2, true)
  for (let at = 0; at < rate; at += 1) view.setInt16(44 + at * 2, Math.sin(at / 4) * 8000, true)
  return new Blob([view.buffer], { type: 'audio/wav' })
}

describe('recording a voice', () => {
  it('begins and ends by a tap, is heard before it is sent, and goes out as a voice note', async () => {
    await record()
    // It takes the room of the place to write.
    expect(page.getByRole('textbox', { name: 'Message', exact: true }).query()).toBeNull()
    await button('Stop recording').click()
    await expect.element(chosen.getByRole('button', { name: 'Play voice note' })).toBeVisible()
    await chosen.getByRole('button', { name: 'Play voice note' }).click()
    await expect.element(chosen.getByRole('button', { name: 'Pause voice note' })).toBeVisible()
    // Not for a voice.
    expect(page.getByRole('group', { name: 'Quality' }).query()).toBeNull()
    await button('Send').click()
    await expect.element(page.getByRole('article', { name: 'You, voice message' })).toBeVisible()
    expect(drafts).toMatchObject([{ voice: true }])
    const [draft] = drafts
    expect(fileOf(draft).type).toMatch(/^audio\//)
    expect(fileOf(draft).size).toBeGreaterThan(100)
  })

  it('is thrown away by Cancel and by Escape, with the focus where it was', async () => {
    await record()
    await button('Cancel recording').click()
    await expect.element(button('Record voice')).toHaveFocus()
    await userEvent.keyboard('{Enter}')
    await expect.poll(heardSomething).toBe(true)
    await userEvent.keyboard('{Escape}')
    await expect.element(button('Record voice')).toHaveFocus()
    await expect.element(page.getByRole('textbox', { name: 'Message', exact: true })).toBeVisible()
    expect(chosen.query()).toBeNull()
  })

  const held = async (...moves: readonly (readonly [number, number])[]) => {
    await expect.element(button('Record voice')).toBeVisible()
    const element = button('Record voice').element()
    vi.spyOn(element, 'setPointerCapture').mockReturnValue()
    const point = (type: string, clientX: number, clientY: number) =>
      element.dispatchEvent(new PointerEvent(type, { pointerId: 1, button: 0, bubbles: true, clientX, clientY }))
    point('pointerdown', 500, 500)
    await expect.poll(heardSomething).toBe(true)
    for (const [x, y] of moves) point('pointermove', 500 + x, 500 + y)
    return () => point('pointerup', 500, 500)
  }

  it('ends when the held button is let go', async () => {
    const letGo = await held()
    await expect.element(page.getByText('Slide aside to cancel, up to let go')).toBeVisible()
    letGo()
    await expect.element(chosen.getByRole('button', { name: 'Play voice note' })).toBeVisible()
  })

  it('is thrown away when the held button is slid aside, not when a hand trembles', async () => {
    const letGo = await held([-20, 10], [-120, 0])
    await expect.element(button('Record voice')).toBeVisible()
    letGo()
    expect(chosen.query()).toBeNull()
  })

  it('goes on without being held when the button is slid up', async () => {
    const letGo = await held([0, -80])
    await expect.element(page.getByText('Recording', { exact: true })).toBeVisible()
    letGo()
    await expect.element(button('Stop recording')).toBeVisible()
    await button('Stop recording').click()
    await expect.element(chosen.getByRole('button', { name: 'Play voice note' })).toBeVisible()
  })

  it('says why it hears nothing, and what to do', async () => {
    const refused = new DOMException('no', 'NotAllowedError')
    vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockRejectedValueOnce(refused)
    await button('Record voice').click()
    await expect.element(page.getByRole('alert').filter({ hasText: 'does not allow the microphone' })).toBeVisible()
    await button('Dismiss').click()
    await expect.element(button('Record voice')).toHaveFocus()
    await expect.element(page.getByRole('textbox', { name: 'Message', exact: true })).toBeVisible()
  })

  it('keeps what was said when the microphone is pulled out', async () => {
    const asked = vi.spyOn(navigator.mediaDevices, 'getUserMedia')
    await record()
    const stream = await (asked.mock.results[0]?.value as Promise<MediaStream>)
    for (const track of stream.getTracks()) {
      track.stop()
      track.dispatchEvent(new Event('ended'))
    }
    await expect.element(page.getByRole('alert').filter({ hasText: 'was disconnected' })).toBeVisible()
    await expect.element(chosen.getByRole('button', { name: 'Play voice note' })).toBeVisible()
  })

  const states = async (asked: { readonly mock: { readonly results: readonly { readonly value: unknown }[] } }) => {
    const streams = await Promise.all(asked.mock.results.map(({ value }) => value as Promise<MediaStream>))
    return streams.flatMap((stream) => stream.getTracks().map(({ readyState }) => readyState))
  }

  it.each(['construct', 'createAnalyser', 'createMediaStreamSource'] as const)(
    'goes on where the browser does not let the page listen to how loud it is (%s)',
    async (refused) => {
      const closed = vi.fn<() => void>()
      const no = () => {
        throw new DOMException('no', 'NotSupportedError')
      }
      const Real = AudioContext
      vi.stubGlobal(
        'AudioContext',
        class extends Real {
          constructor() {
            if (refused === 'construct') no()
            super()
            if (refused !== 'construct') this[refused] = no
          }
          override close() {
            closed()
            return super.close()
          }
        },
      )
      const asked = vi.spyOn(navigator.mediaDevices, 'getUserMedia')
      await record()
      await button('Stop recording').click()
      await expect.element(chosen.getByRole('button', { name: 'Play voice note' })).toBeVisible()
      await expect.poll(() => states(asked)).toEqual(['ended'])
      expect(closed).toHaveBeenCalledTimes(refused === 'construct' ? 0 : 1)
      await button('Send').click()
      await expect.poll(() => drafts).toMatchObject([{ voice: true }])
    },
  )

  it('says why where the browser does not record, and gives the microphone back', async () => {
    const asked = vi.spyOn(navigator.mediaDevices, 'getUserMedia')
    const closed = vi.spyOn(AudioContext.prototype, 'close')
    vi.spyOn(MediaRecorder.prototype, 'start').mockImplementation(() => {
      throw new DOMException('no', 'NotSupportedError')
    })
    await button('Record voice').click()
    await expect.element(page.getByRole('alert').filter({ hasText: 'cannot record with the microphone' })).toBeVisible()
    await expect.poll(() => states(asked)).toEqual(['ended'])
    expect(closed).toHaveBeenCalledTimes(1)
    await button('Dismiss').click()
    await expect.element(button('Record voice')).toBeEnabled()
  })

  const fill = async (count: number) => {
    const files = Array.from({ length: count }, (_, at) => new File(['x'], `${at + 1}.jpg`, { type: 'image/jpeg' }))
    await page.getByLabelText('Add photos or videos').upload(files)
    await expect.element(chosen.getByRole('listitem')).toHaveLength(count)
  }
  const drop = (...names: readonly string[]) => {
    const dataTransfer = new DataTransfer()
    for (const name of names) dataTransfer.items.add(new File(['x'], name, { type: 'image/jpeg' }))
    chosen.element().dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }))
  }
  const tooMany = page.getByRole('alert').filter({ hasText: /up to 32 photos and videos/ })

  it('takes the last place of a message', async () => {
    await fill(31)
    await record()
    await button('Stop recording').click()
    await expect.element(chosen.getByRole('listitem')).toHaveLength(32)
    expect(tooMany.query()).toBeNull()
    await expect.element(button('Record voice')).toBeDisabled()
    await expect.element(button('Send')).toBeEnabled()
  })

  it('is not lost to what was dropped into the last place meanwhile: Send waits, and says for what', async () => {
    await fill(31)
    await record()
    drop('dropped.jpg', 'no-room.jpg')
    await button('Stop recording').click()
    await expect.element(chosen.getByRole('listitem')).toHaveLength(33)
    await expect.element(chosen.getByRole('button', { name: 'Play voice note' })).toBeVisible()
    await expect.element(chosen.getByRole('button', { name: 'Describe dropped.jpg' })).toBeInTheDocument()
    // The one that found no room is named, and that is still said.
    await expect.element(tooMany.filter({ hasText: 'no-room.jpg: ' })).toBeVisible()
    await expect.element(tooMany).toHaveLength(2)
    await expect.element(button('Send')).toBeDisabled()
    await button('Dismiss').click()
    await expect.element(tooMany).toBeVisible()
    await chosen.getByRole('button', { name: 'Remove 1.jpg' }).click()
    await expect.element(tooMany).not.toBeInTheDocument()
    await button('Send').click()
    await expect.poll(() => drafts.length).toBe(32)
    expect(drafts.at(-1)).toMatchObject({ voice: true })
  })

  it('is kept when the conversation is left while it is recorded', async () => {
    await record()
    const here = location.hash
    location.hash = '#settings'
    await expect.element(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
    location.hash = here
    await expect.element(chosen.getByRole('button', { name: 'Play voice note' })).toBeVisible()
  })

  it('gives the microphone back when the conversation is left', async () => {
    const asked = vi.spyOn(navigator.mediaDevices, 'getUserMedia')
    await record()
    const stream = await (asked.mock.results[0]?.value as Promise<MediaStream>)
    location.hash = '#settings'
    await expect.poll(() => stream.getTracks().map(({ readyState }) => readyState)).toEqual(['ended'])
  })
})

describe('a voice that arrived', () => {
  const waveform = Uint8Array.from({ length: 64 }, (_, at) => at * 4)
  const receive = () =>
    messenger.receive('b0', {
      media: [{ kind: 'voice', data: tone(), width: 0, height: 0, durationMs: 1000, waveform }],
    })
  const article = page.getByRole('article', { name: 'Bo, voice message' })

  it('plays, at other speeds too, and one at a time', async () => {
    receive()
    receive()
    const first = article.first()
    await first.getByRole('button', { name: 'Speed: 1 times' }).click()
    await first.getByRole('button', { name: 'Speed: 1.5 times' }).click()
    await expect.element(first.getByRole('button', { name: 'Speed: 2 times' })).toBeVisible()
    const audio = [...document.querySelectorAll('audio')]
    await first.getByRole('button', { name: 'Play voice note' }).click()
    await expect.poll(() => audio[0]?.playbackRate).toBe(2)
    await article.last().getByRole('button', { name: 'Play voice note' }).click()
    await expect.poll(() => audio[0]?.paused).toBe(true)
  })

  it('is moved in by the keyboard, and says where it is', async () => {
    receive()
    const place = article.getByRole('slider', { name: 'Place in the voice note' })
    await expect.element(place).toHaveAttribute('aria-valuetext', '0:00 of 0:01')
    place.element().focus()
    await userEvent.keyboard('{End}')
    await expect.element(place).toHaveAttribute('aria-valuetext', '0:01 of 0:01')
    await userEvent.keyboard('{ArrowLeft}')
    await expect.poll(() => document.querySelector('audio')?.currentTime).toBeCloseTo(0.95, 1)
  })

  const missing = (transfer: TransferView) =>
    messenger.receive('b0', {
      media: [{ kind: 'voice', data: tone(), width: 0, height: 0, durationMs: 1000, waveform, transfer }],
    })

  it('says why it failed, and is fetched once more', async () => {
    const { id } = missing({ kind: 'failed', reason: 'expired' })
    await expect.element(article.getByText(/No longer kept by the relay/)).toBeVisible()
    expect(await violations()).toEqual([])
    await article.getByRole('button', { name: 'Retry', exact: true }).click()
    await expect.poll(() => messenger.managed).toEqual([`retry ${id}.0 display`])
    await expect.element(article.getByRole('progressbar', { name: 'Download', exact: true })).toBeVisible()
  })

  it.each([
    { kind: 'offered', totalBytes: 9000 },
    { kind: 'evicted', totalBytes: 9000 },
    { kind: 'paused', doneBytes: 0, totalBytes: 9000 },
  ] as const)('that is $kind is fetched by Play, and plays when it is here', async (transfer) => {
    const { id } = missing(transfer)
    const button = article.getByRole('button', { name: 'Play voice note' })
    await expect.element(button).toBeVisible()
    expect(await violations()).toEqual([])
    expect(messenger.managed).toEqual([])
    await button.click()
    const does = transfer.kind === 'paused' ? 'resume' : 'start'
    await expect.poll(() => messenger.managed).toEqual([`${does} ${id}.0 display`])
    const played = vi.spyOn(HTMLMediaElement.prototype, 'play')
    messenger.setTransfer(`${id}.0`, { kind: 'done' })
    await expect.poll(() => played.mock.calls.length).toBe(1)
  })

  it('is stopped and given up while it comes', async () => {
    const { id } = missing({ kind: 'download', doneBytes: 1, totalBytes: 9000 })
    for (const name of ['Pause', 'Resume', 'Cancel']) await article.getByRole('button', { name, exact: true }).click()
    expect(messenger.managed).toEqual(['pause', 'resume', 'cancel'].map((did) => `${did} ${id}.0 display`))
    await expect.element(article.getByRole('button', { name: 'Download 9 kB', exact: true })).toBeVisible()
  })

  for (const theme of ['dark', 'light'] as const) {
    it(`has nothing to object to, nor has recording one, ${theme}`, async () => {
      await page.viewport(390, 844)
      setTheme(theme)
      receive()
      await expect.element(article.getByRole('button', { name: 'Play voice note' })).toBeVisible()
      await record()
      expect(await violations()).toEqual([])
      await button('Stop recording').click()
      await expect.element(chosen).toBeVisible()
      expect(await violations()).toEqual([])
    })
  }
})
