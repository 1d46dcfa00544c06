// Media as people see them: tiles, the viewer, views of what is not kept, the gallery and the managing of transfers.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { setTheme } from '../../src/app/state/theme.ts'
import '../../src/app/styles/app.css'
import { createFakeMessenger } from '../support/fake-messenger.ts'
import type { FakeMedia, FakeMessenger } from '../support/fake-messenger.ts'
import { mountApp } from '../support/mount-app.ts'
import { settled, violations } from '../support/violations.ts'

const megabyte = 1_000_000
const viewer = page.getByRole('dialog', { name: 'Media viewer', exact: true })

function ana(): FakeMessenger {
  const messenger = createFakeMessenger({ name: 'Ana' })
  messenger.addContact({ id: 'b0', name: 'Bo' })
  return messenger
}

async function picture(words: Partial<FakeMedia> = {}, width = 80, height = 60): Promise<FakeMedia> {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (context !== null) {
    context.fillStyle = '#806040'
    context.fillRect(0, 0, width, height)
  }
  return { kind: 'photo', data: await canvas.convertToBlob({ type: 'image/jpeg' }), width, height, ...words }
}

async function film(words: Partial<FakeMedia> = {}): Promise<FakeMedia> {
  const response = await fetch('/test/fixtures/clip.mp4')
  const data = new Blob([await response.arrayBuffer()], { type: 'video/mp4' })
  return { kind: 'video', data, width: 320, height: 240, durationMs: 3000, ...words }
}

/** A second of a WAV. */
function silence(): Uint8Array<ArrayBuffer> {
  const rate = 8000
  const file = new Uint8Array(44 + rate)
  const view = new DataView(file.buffer)
  const write = (at: number, text: string) => file.set(new TextEncoder().encode(text), at)
  write(0, 'RIFF')
  view.setUint32(4, file.length - 8, true)
  write(8, 'WAVEfmt ')
  // One channel of eight bits.
  view.setUint32(16, 16, true)
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, rate, true)
  view.setUint32(28, rate, true)
  view.setUint16(32, 1, true)
  view.setUint16(34, 8, true)
  write(36, 'data')
  view.setUint32(40, rate, true)
  file.fill(0x80, 44)
  return file
}

/** What was saved, by the names of the files. */
function watchSaves(): string[] {
  const saved: string[] = []
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
    if (this.download !== '') saved.push(this.download)
  })
  return saved
}

const key = (name: string) => userEvent.keyboard(`{${name}}`)
const shownTransform = () => document.querySelector<HTMLElement>('img.stage-media')?.style.transform ?? ''
const scaleOf = () => Number(/scale\((.+)\)/.exec(shownTransform())?.[1] ?? 1)

beforeEach(() => page.viewport(1280, 800))
afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  setTheme('system')
  sessionStorage.clear()
})

describe('a tile', () => {
  const article = page.getByRole('article')

  it.each([
    ['offered', { kind: 'offered', totalBytes: 84 * megabyte }, 'Download 84 MB', 'start'],
    ['evicted', { kind: 'evicted', totalBytes: 84 * megabyte }, 'Download again, 84 MB', 'start'],
    ['paused', { kind: 'paused', doneBytes: megabyte, totalBytes: 84 * megabyte }, 'Resume', 'resume'],
    ['failed', { kind: 'failed', reason: 'damaged' }, 'Retry', 'retry'],
  ] as const)('of what is %s says so, with what can be done', async (_, transfer, name, action) => {
    const messenger = ana()
    const message = messenger.receive('b0', { media: [await picture({ transfer })] })
    await mountApp('#c/c0b0', messenger)
    expect(await violations()).toEqual([])
    await article.getByRole('button', { name, exact: true }).click()
    await expect.poll(() => messenger.managed).toEqual([`${action} ${message.id}.0 display`])
    await expect.element(page.getByRole('progressbar', { name: 'Download', exact: true })).toBeVisible()
  })

  it.each(['photo', 'file'] as const)(
    'of a %s that comes is stopped, goes on and is given up by keyboard',
    async (kind) => {
      const messenger = ana()
      const transfer = { kind: 'download', doneBytes: megabyte, totalBytes: 84 * megabyte } as const
      const { id } = messenger.receive('b0', { media: [await picture({ kind, transfer, name: 'list.pdf' }, 300, 200)] })
      await mountApp('#c/c0b0', messenger)
      const button = (name: string) => article.getByRole('button', { name, exact: true })
      const height = () => article.element().getBoundingClientRect().height
      await expect.element(button('Pause')).toBeVisible()
      const before = height()
      button('Pause').element().focus()
      await key('Enter')
      await expect.element(button('Resume')).toHaveFocus()
      await expect.element(article.getByText(/^Paused · /)).toBeVisible()
      expect(height()).toBe(before)
      expect(await violations()).toEqual([])
      await key('Enter')
      await expect.element(button('Pause')).toHaveFocus()
      await expect.element(article.getByRole('progressbar', { name: 'Download', exact: true })).toBeVisible()
      expect(height()).toBe(before)
      expect(await violations()).toEqual([])
      await key('Tab')
      await expect.element(button('Cancel')).toHaveFocus()
      await key('Enter')
      await expect.element(button('Download 84 MB')).toHaveFocus()
      expect(height()).toBe(before)
      expect(messenger.managed).toEqual(['pause', 'resume', 'cancel'].map((did) => `${did} ${id}.0 display`))
    },
  )

  it('of what goes out is stopped and given up too, and gives the focus to its message in the end', async () => {
    const messenger = ana()
    const transfer = { kind: 'upload', doneBytes: megabyte, totalBytes: 4 * megabyte } as const
    const { id } = messenger.receive('b0', { media: [await picture({ transfer })], mine: { kind: 'sending' } })
    await mountApp('#c/c0b0', messenger)
    const ring = article.getByRole('progressbar', { name: 'Upload', exact: true })
    await expect.element(ring.getByText('Uploading', { exact: true })).toBeVisible()
    const pause = article.getByRole('button', { name: 'Pause', exact: true })
    expect(await violations()).toEqual([])
    await pause.click()
    await article.getByRole('button', { name: 'Resume', exact: true }).click()
    article.getByRole('button', { name: 'Cancel', exact: true }).element().focus()
    expect(messenger.managed).toEqual([`pause ${id}.0 display`, `resume ${id}.0 display`])
    messenger.setTransfer(`${id}.0`, { kind: 'done' })
    await expect.element(article).toHaveFocus()
  })

  it('is opened by a press on its middle, whatever is missing and however small it is', async () => {
    const part = { doneBytes: megabyte, totalBytes: 84 * megabyte } as const
    const transfers = [
      { kind: 'download', ...part },
      { kind: 'waiting', ...part },
      { kind: 'paused', ...part },
      { kind: 'offered', totalBytes: 84 * megabyte },
      { kind: 'evicted', totalBytes: 84 * megabyte },
    ] as const
    const messenger = ana()
    for (const transfer of transfers) {
      messenger.receive('b0', { media: [await picture({ kind: 'video', transfer })] })
      messenger.receive('b0', { media: [await picture({ kind: 'video', transfer }, 640, 48)] })
      const small = await picture({ kind: 'photo', transfer })
      messenger.receive('b0', { media: [small, small, small, small, small] })
    }
    const upload = { kind: 'upload', ...part } as const
    const sent = await picture({ kind: 'video', transfer: upload })
    messenger.receive('b0', { media: [sent], mine: { kind: 'sending' } })
    messenger.receive('b0', { media: [sent, sent, sent], mine: { kind: 'sending' } })
    await mountApp('#c/c0b0', messenger)
    await expect.element(page.getByRole('progressbar', { name: 'Upload', exact: true }).first()).toBeVisible()
    const opens = [...document.querySelectorAll('article .tile-open')]
    expect(opens).toHaveLength(transfers.length * 7 + 4)
    const covered = opens.filter((open) => {
      open.scrollIntoView({ block: 'center' })
      const { left, top, width, height } = open.getBoundingClientRect()
      const hit = document.elementFromPoint(left + width / 2, top + height / 2)
      return hit === null || !open.contains(hit)
    })
    expect(covered.map((open) => open.closest('article')?.textContent)).toEqual([])
    // What is under way says so beside the buttons, not under them.
    const rings = [...document.querySelectorAll('article .tile .ring')]
    expect(rings.length).toBeGreaterThan(5)
    const crossed = rings.filter((ring) =>
      [...(ring.closest('.tile')?.querySelectorAll('.transfer-button') ?? [])].some((button) => touch(button, ring)),
    )
    expect(crossed.map((ring) => ring.getBoundingClientRect().width)).toEqual([])
  })

  it('of several in a message says which of them is stopped or given up, and alone in its message does not', async () => {
    const messenger = ana()
    const download = { kind: 'download', doneBytes: megabyte, totalBytes: 84 * megabyte } as const
    const offered = { kind: 'offered', totalBytes: 84 * megabyte } as const
    const { id } = messenger.receive('b0', {
      media: [
        await picture({ transfer: download }),
        await picture({ transfer: { kind: 'failed', reason: 'damaged' } }),
        await picture({ kind: 'file', name: 'list.pdf', transfer: download }),
        await picture({ transfer: offered }),
      ],
    })
    await mountApp('#c/c0b0', messenger)
    const button = (name: string) => article.getByRole('button', { name, exact: true })
    await button('Pause, 3 of 4').click()
    await button('Resume, 3 of 4').click()
    await button('Cancel, 3 of 4').click()
    await button('Retry, 2 of 4').click()
    await button('Pause, 1 of 4').click()
    await button('Download 84 MB, 4 of 4').click()
    expect(messenger.managed).toEqual([
      `pause ${id}.2 display`,
      `resume ${id}.2 display`,
      `cancel ${id}.2 display`,
      `retry ${id}.1 display`,
      `pause ${id}.0 display`,
      `start ${id}.3 display`,
    ])
    expect(await violations()).toEqual([])
    // Where no other one is shown nothing is to be told apart.
    await article.getByRole('button', { name: 'View photo' }).first().click()
    await expect.element(viewer.getByRole('button', { name: 'Resume', exact: true })).toBeVisible()
    await key('Escape')
    messenger.receive('b0', { media: [await picture({ transfer: download })] })
    await expect.element(button('Pause')).toBeVisible()
    await expect.element(button('Cancel')).toBeVisible()
  })

  it('tells that what is missing had to make room', async () => {
    const messenger = ana()
    messenger.receive('b0', { media: [await picture({ transfer: { kind: 'evicted', totalBytes: 5 } })] })
    await mountApp('#c/c0b0', messenger)
    await expect.element(article.getByText('Removed to make room')).toBeVisible()
  })

  it('fetches nothing that was not asked for', async () => {
    const messenger = ana()
    const read = vi.spyOn(messenger.media, 'read')
    const transfer = { kind: 'offered', totalBytes: 84 * megabyte } as const
    messenger.receive('b0', { media: [await picture({ transfer }), await film({ transfer })] })
    await mountApp('#c/c0b0', messenger)
    await article.getByRole('button', { name: 'Play video' }).click()
    await expect.element(viewer.getByRole('button', { name: 'Download 84 MB' })).toBeVisible()
    await key('ArrowLeft')
    await expect.element(viewer.getByRole('button', { name: 'Previous' })).toBeDisabled()
    await expect.element(viewer.getByRole('button', { name: 'Download 84 MB' })).toBeVisible()
    expect(read).not.toHaveBeenCalled()
  })

  it.each([
    ['offered', { kind: 'offered', totalBytes: 9 }],
    ['evicted', { kind: 'evicted', totalBytes: 9 }],
    ['paused', { kind: 'paused', doneBytes: 1, totalBytes: 9 }],
    ['failed', { kind: 'failed', reason: 'damaged' }],
  ] as const)('of what is %s was seen as it is, because nothing of it comes by itself', async (_, transfer) => {
    const messenger = ana()
    const marked = vi.spyOn(messenger.conversations, 'markSeen')
    const { id } = messenger.receive('b0', { media: [await picture({ transfer })] })
    await mountApp('#c/c0b0', messenger)
    await expect.poll(() => marked.mock.calls).toEqual([['c0b0', id]])
    await expect.poll(async () => (await messenger.conversations.get('c0b0'))?.unread).toBe(0)
  })

  it.each([
    ['downloaded', { kind: 'download', doneBytes: 1, totalBytes: 9 }],
    ['waited for', { kind: 'waiting', doneBytes: 1, totalBytes: 9 }],
    ['kept out until there is room', { kind: 'failed', reason: 'storage-full' }],
  ] as const)('of what is %s was not seen before it is there', async (_, transfer) => {
    const messenger = ana()
    const marked = vi.spyOn(messenger.conversations, 'markSeen')
    const words = messenger.receive('b0', { text: 'Wait for it' })
    const { id } = messenger.receive('b0', { media: [await picture({ transfer })] })
    await mountApp('#c/c0b0', messenger)
    // The words before it are, and by then it would have been too.
    await expect.poll(() => marked.mock.calls).toEqual([['c0b0', words.id]])
    messenger.setTransfer(`${id}.0`, { kind: 'done' })
    await expect
      .poll(() => marked.mock.calls)
      .toEqual([
        ['c0b0', words.id],
        ['c0b0', id],
      ])
  })

  it('is looked at again when it came after what is newer was seen', async () => {
    const messenger = ana()
    const marked = vi.spyOn(messenger.conversations, 'markSeen')
    const { id } = messenger.receive('b0', {
      media: [await picture({ transfer: { kind: 'download', doneBytes: 1, totalBytes: 9 } })],
    })
    const words = messenger.receive('b0', { text: 'Did you get it?' })
    await mountApp('#c/c0b0', messenger)
    await expect.poll(() => marked.mock.calls).toEqual([['c0b0', words.id]])
    messenger.setTransfer(`${id}.0`, { kind: 'done' })
    await expect
      .poll(() => marked.mock.calls)
      .toEqual([
        ['c0b0', words.id],
        ['c0b0', words.id],
      ])
  })

  it('keeps its place from the start, so that nothing moves when the picture comes', async () => {
    const messenger = ana()
    const transfer = { kind: 'waiting', doneBytes: 0, totalBytes: 9 } as const
    const { attachments } = messenger.receive('b0', { media: [await picture({ transfer }, 300, 200)] })
    await mountApp('#c/c0b0', messenger)
    const box = () => article.element().getBoundingClientRect().height
    await expect.element(article.getByText(/Waiting for Bo/)).toBeVisible()
    const before = box()
    messenger.setTransfer(attachments[0]?.id ?? '', { kind: 'done' })
    await expect.poll(() => document.querySelector('.tile-image.shown')).not.toBeNull()
    expect(box()).toBe(before)
  })

  it('of a file is saved under its name and never shown, though it calls itself a picture', async () => {
    const saved = watchSaves()
    const messenger = ana()
    messenger.receive('b0', { media: [await picture({ kind: 'file', name: 'notes <1>.jpg', width: 0, height: 0 })] })
    await mountApp('#c/c0b0', messenger)
    const file = page.getByRole('article', { name: 'Bo, file' })
    await expect.element(file.getByText('notes <1>.jpg')).toBeVisible()
    await file.getByRole('button', { name: 'Save notes <1>.jpg' }).click()
    await expect.poll(() => saved).toEqual(['notes <1>.jpg'])
    expect(document.querySelector('.message img')).toBeNull()
    await expect.element(file.getByRole('button', { name: 'View photo' })).not.toBeInTheDocument()
  })

  it('plays a loop by itself, without sound', async () => {
    const messenger = ana()
    messenger.receive('b0', { media: [await film({ loop: true })] })
    await mountApp('#c/c0b0', messenger)
    await expect
      .poll(() => document.querySelector<HTMLVideoElement>('.tile video')?.currentTime ?? 0)
      .toBeGreaterThan(0)
    expect(document.querySelector<HTMLVideoElement>('.tile video')).toMatchObject({ muted: true, loop: true })
    await expect.element(article.getByText('Loop')).toBeVisible()
  })

  it('keeps a loop still for who wants less motion', async () => {
    const all = window.matchMedia.bind(window)
    vi.spyOn(window, 'matchMedia').mockImplementation((query) =>
      query.includes('reduced-motion') ? all('all') : all(query),
    )
    const messenger = ana()
    const read = vi.spyOn(messenger.media, 'read')
    messenger.receive('b0', { media: [await film({ loop: true })] })
    await mountApp('#c/c0b0', messenger)
    await expect.element(article.getByRole('button', { name: 'Play video' })).toBeVisible()
    await expect.element(article.getByText('Loop')).toBeVisible()
    expect(document.querySelector('.tile video')).toBeNull()
    expect(read).not.toHaveBeenCalled()
  })
})

describe('the viewer', () => {
  it('goes through all media of the conversation, also those that are not loaded yet', async () => {
    const messenger = ana()
    messenger.receive('b0', { media: [await picture({ altText: 'Oldest' })] })
    for (let index = 0; index < 130; index += 1) messenger.receive('b0', { text: String(index) })
    messenger.receive('b0', { media: [await picture({ altText: 'One' }), await picture({ altText: 'Two' })] })
    messenger.receive('b0', { media: [await picture({ altText: 'Once' })], view: { replays: 0 } })
    await mountApp('#c/c0b0', messenger)
    await page.getByRole('button', { name: 'View photo' }).nth(1).click()
    await expect.element(viewer.getByRole('img', { name: 'Two' })).toBeVisible()
    // What is to be viewed once is not among them.
    await expect.element(viewer.getByRole('button', { name: 'Next', exact: true })).toBeDisabled()
    await viewer.getByRole('button', { name: 'Previous', exact: true }).click()
    await expect.element(viewer.getByRole('img', { name: 'One' })).toBeVisible()
    await viewer.getByRole('button', { name: 'Previous', exact: true }).click()
    await expect.element(viewer.getByRole('img', { name: 'Oldest' })).toBeVisible()
    await expect.element(viewer.getByRole('button', { name: 'Previous', exact: true })).toBeDisabled()
    await key('ArrowRight')
    await expect.element(viewer.getByRole('img', { name: 'One' })).toBeVisible()
  })

  it('enlarges, moves and shows all of it again from the keyboard', async () => {
    const messenger = ana()
    for (const altText of ['One', 'Two']) messenger.receive('b0', { media: [await picture({ altText }, 800, 600)] })
    await mountApp('#c/c0b0', messenger)
    await page.getByRole('button', { name: 'View photo' }).first().click()
    await expect.element(viewer.getByRole('img', { name: 'One' })).toBeVisible()
    await userEvent.keyboard('++')
    expect(scaleOf()).toBeCloseTo(2.25)
    await key('ArrowRight')
    await expect.element(viewer.getByRole('img', { name: 'One' })).toBeVisible()
    expect(shownTransform()).toContain('translate(-80px')
    await userEvent.keyboard('-')
    expect(scaleOf()).toBeCloseTo(1.5)
    await userEvent.keyboard('0')
    expect(shownTransform()).toBe('translate(0px, 0px) scale(1)')
    await key('ArrowRight')
    await expect.element(viewer.getByRole('img', { name: 'Two' })).toBeVisible()
    await key('Escape')
    await expect.element(viewer).not.toBeInTheDocument()
  })

  it('keeps its buttons bright under a pointer, whatever the theme', async () => {
    setTheme('light')
    const messenger = ana()
    const { id } = messenger.receive('b0', { media: [await picture()] })
    await mountApp(`#c/c0b0/media/${id}.0`, messenger)
    const close = viewer.getByRole('button', { name: 'Close', exact: true })
    await userEvent.hover(close)
    await settled()
    expect(getComputedStyle(close.element()).color).toBe('rgb(244, 239, 236)')
  })

  it('enlarges with two fingers and with a double tap, and is swiped', async () => {
    const messenger = ana()
    for (const altText of ['One', 'Two']) messenger.receive('b0', { media: [await picture({ altText }, 800, 600)] })
    await mountApp('#c/c0b0', messenger)
    await page.getByRole('button', { name: 'View photo' }).first().click()
    await expect.element(viewer.getByRole('img', { name: 'One' })).toBeVisible()
    const finger = (type: string, pointerId: number, clientX: number, clientY: number) =>
      document
        .querySelector('.stage-zoom')
        ?.dispatchEvent(new PointerEvent(type, { pointerId, clientX, clientY, button: 0, bubbles: true }))
    vi.spyOn(Element.prototype, 'setPointerCapture').mockReturnValue()

    finger('pointerdown', 1, 500, 400)
    finger('pointerdown', 2, 700, 400)
    finger('pointermove', 2, 900, 400)
    finger('pointerup', 2, 900, 400)
    finger('pointerup', 1, 500, 400)
    expect(scaleOf()).toBeCloseTo(2)
    for (const _ of ['one', 'two']) {
      finger('pointerdown', 1, 640, 400)
      finger('pointerup', 1, 640, 400)
    }
    expect(scaleOf()).toBe(1)
    finger('pointerdown', 1, 700, 400)
    finger('pointermove', 1, 500, 410)
    finger('pointerup', 1, 500, 410)
    await expect.element(viewer.getByRole('img', { name: 'Two' })).toBeVisible()
  })

  it('fetches the original when it is asked for, shows it and saves it', async () => {
    const saved = watchSaves()
    const made = vi.spyOn(URL, 'createObjectURL')
    const messenger = ana()
    const { data } = await picture({}, 400, 300)
    const original = { data: new Blob([data], { type: 'image/png' }), width: 400, height: 300 }
    const { id } = messenger.receive('b0', { media: [await picture({ original })] })
    await mountApp('#c/c0b0', messenger)
    await page.getByRole('button', { name: 'View photo' }).click()
    const button = viewer.getByRole('button', { name: 'Original', exact: true })
    await expect.element(button).toHaveAttribute('aria-pressed', 'false')
    await expect.element(button).toHaveAccessibleDescription(/k?B$/)
    expect(messenger.managed).toEqual([])
    await button.click()
    await expect.element(viewer.getByRole('progressbar', { name: 'Download', exact: true })).toBeVisible()
    expect(messenger.managed).toEqual([`start ${id}.0 original`])
    messenger.setTransfer(`${id}.0`, { kind: 'done' }, 'original')
    await expect.poll(() => document.querySelector<HTMLImageElement>('img.stage-media')?.naturalWidth).toBe(400)
    made.mockClear()
    await viewer.getByRole('button', { name: 'Save', exact: true }).click()
    await expect.poll(() => saved.map((name) => name.slice(-4))).toEqual(['.png'])
    const blob = made.mock.calls.map(([object]) => object).find((object) => object instanceof Blob)
    expect(new Uint8Array(await (blob as Blob).arrayBuffer())).toEqual(new Uint8Array(await data.arrayBuffer()))
  })

  it('shares where the browser can, and says when it wants another press', async () => {
    const shared: string[] = []
    let presses = 0
    const share = async (data?: ShareData) => {
      presses += 1
      if (presses === 1) throw new DOMException('no press', 'NotAllowedError')
      shared.push(...(data?.files ?? []).map(({ type }) => type))
    }
    // Not every Chromium has it.
    for (const [name, value] of Object.entries({ share, canShare: () => true })) {
      Object.defineProperty(navigator, name, { value, configurable: true })
    }
    const messenger = ana()
    messenger.receive('b0', { media: [await picture()] })
    await mountApp('#c/c0b0', messenger)
    await page.getByRole('button', { name: 'View photo' }).click()
    await viewer.getByRole('button', { name: 'Share', exact: true }).click()
    await expect.element(viewer.getByText('It is ready now: press Share again.')).toBeVisible()
    await viewer.getByRole('button', { name: 'Share', exact: true }).click()
    await expect.poll(() => shared).toEqual(['image/jpeg'])
    for (const name of ['share', 'canShare']) Reflect.deleteProperty(navigator, name)
  })

  it('has a video fetched and stopped where it could not be played before', async () => {
    const messenger = ana()
    const transfer = { kind: 'offered', totalBytes: 84 * megabyte } as const
    const { id } = messenger.receive('b0', { media: [await film({ transfer })] })
    await mountApp('#c/c0b0', messenger)
    await page.getByRole('button', { name: 'Play video' }).click()
    expect(await violations()).toEqual([])
    await viewer.getByRole('button', { name: 'Play now', exact: true }).click()
    await expect.poll(() => messenger.managed).toEqual([`start ${id}.0 display`])
    await expect.element(viewer.getByRole('progressbar', { name: 'Download', exact: true })).toBeVisible()
    await expect.element(viewer.getByRole('button', { name: 'Play now' })).not.toBeInTheDocument()
    expect(await violations()).toEqual([])
    await viewer.getByRole('button', { name: 'Stop', exact: true }).click()
    await expect.poll(() => messenger.managed.at(-1)).toBe(`pause ${id}.0 display`)
    await expect.element(viewer.getByRole('button', { name: 'Play now', exact: true })).toBeVisible()
  })

  it('plays a loop again and again, and says what it cannot play, with a way to save it', async () => {
    const messenger = ana()
    messenger.receive('b0', { media: [await film({ loop: true, altText: 'A wave' })] })
    const broken = new Blob(['no film'], { type: 'video/mp4' })
    messenger.receive('b0', { media: [{ kind: 'video', data: broken, width: 320, height: 240 }] })
    await mountApp('#c/c0b0', messenger)
    await page.getByRole('button', { name: 'Play video' }).first().click()
    await expect.poll(() => document.querySelector<HTMLVideoElement>('.stage video')?.loop).toBe(true)
    await expect.poll(() => document.querySelector('.stage video')?.getAttribute('aria-label')).toBe('A wave')
    await viewer.getByRole('button', { name: 'Next', exact: true }).click()
    await expect.element(viewer.getByRole('alert')).toMatchTextContent(/cannot play this kind of video. Save it/)
    await expect.element(viewer.getByRole('button', { name: 'Save', exact: true })).toBeEnabled()
    expect(await violations()).toEqual([])
  })
})

describe('a film in a window of the browser', () => {
  async function begin() {
    const messenger = ana()
    const { id } = messenger.receive('b0', { media: [await film({ loop: true })] })
    await mountApp('#c/c0b0', messenger)
    await page.getByRole('button', { name: 'Play video' }).click()
    await expect.poll(() => document.querySelector<HTMLVideoElement>('.stage video')?.videoWidth).toBe(320)
    await viewer.getByRole('button', { name: 'Picture in picture', exact: true }).click()
    await expect.poll(() => document.pictureInPictureElement).not.toBeNull()
    const video = document.querySelector<HTMLVideoElement>('.stage video')
    if (video === null) throw new Error('there is no film')
    expect(document.pictureInPictureElement).toBe(video)
    await viewer.getByRole('button', { name: 'Close', exact: true }).click()
    await expect.element(viewer).not.toBeInTheDocument()
    return { messenger, id, video }
  }

  it('goes on when the viewer is closed, and stops when the window is', async () => {
    const { video } = await begin()
    const at = video.currentTime
    await expect.poll(() => video.currentTime).not.toBe(at)
    expect([document.pictureInPictureElement === video, video.paused, video.error]).toEqual([true, false, null])
    await document.exitPictureInPicture()
    await expect.poll(() => [video.paused, video.hasAttribute('src')]).toEqual([true, false])
  })

  it('stops when its message goes', async () => {
    const { messenger, id, video } = await begin()
    await messenger.messages.unsend([id])
    await expect.poll(() => [video.paused, video.hasAttribute('src')]).toEqual([true, false])
    await expect.poll(() => document.pictureInPictureElement).toBeNull()
  })
})

describe('a message to be viewed once', () => {
  const article = page.getByRole('article')

  it('shows no picture and no words of it before, and nothing after', async () => {
    const messenger = ana()
    const read = vi.spyOn(messenger.media, 'read')
    const media = [await picture({ caption: 'The secret hill', altText: 'Very secret' })]
    messenger.receive('b0', { media, text: 'Secret words', view: { replays: 0 } })
    await mountApp('#c/c0b0', messenger)
    await expect.element(page.getByRole('article', { name: 'Bo, view-once photo' })).toBeVisible()
    await expect.element(article.getByRole('button', { name: 'View photo' })).toBeVisible()
    expect(document.body.textContent).not.toMatch(/secret/i)
    expect(document.querySelector('.message img')).toBeNull()
    expect(read).not.toHaveBeenCalled()
    expect(await violations()).toEqual([])

    await article.getByRole('button', { name: 'View photo' }).click()
    await expect.element(viewer.getByRole('img', { name: 'Very secret' })).toBeVisible()
    await expect.element(viewer.getByText('Secret words')).toBeVisible()
    await expect.element(viewer.getByRole('button', { name: 'Save' })).not.toBeInTheDocument()
    expect(await violations()).toEqual([])
    await viewer.getByRole('button', { name: 'Close', exact: true }).click()
    await expect.element(article.getByText(/Viewed, and gone/)).toBeVisible()
    expect(document.body.textContent).not.toMatch(/secret/i)
    await expect.element(article.getByRole('button', { name: 'View photo' })).not.toBeInTheDocument()
  })

  it('counts down, closes by itself and goes on to the next', async () => {
    const messenger = ana()
    const media = [await picture({ altText: 'One' }), await picture({ altText: 'Two' })]
    messenger.receive('b0', { media, view: { seconds: 1, replays: 0 } })
    await mountApp('#c/c0b0', messenger)
    await article.getByRole('button', { name: 'View photo' }).click()
    await expect.element(viewer.getByRole('img', { name: 'One' })).toBeVisible()
    await expect.element(viewer.getByRole('timer')).toBeVisible()
    await expect.element(viewer.getByRole('img', { name: 'Two' })).toBeVisible()
    await expect.element(viewer).not.toBeInTheDocument()
    await expect.element(article.getByText(/Viewed, and gone/)).toBeVisible()
  })

  it.each([
    ['film that cannot be played', 'video', 'no film', /cannot play this kind of video/],
    ['film of which only the sound is played', 'video', silence(), /no picture for this kind of video, only its sound/],
    ['photo that cannot be shown', 'photo', 'no photo', /cannot show this photo/],
  ] as const)('says so of a %s, and closes', async (_, kind, bytes, words) => {
    const messenger = ana()
    const data = new Blob([bytes], { type: kind === 'video' ? 'video/mp4' : 'image/jpeg' })
    messenger.receive('b0', { media: [{ kind, data, width: 320, height: 240 }], view: { replays: 0 } })
    await mountApp('#c/c0b0', messenger)
    await article.getByRole('button', { name: kind === 'video' ? 'Play video' : 'View photo' }).click()
    await expect.element(viewer.getByRole('alert')).toMatchTextContent(words)
    await viewer.getByRole('button', { name: 'Close', exact: true }).click()
    await expect.element(article.getByText(/Viewed, and gone/)).toBeVisible()
  })

  it('is not opened, and so not used up, where the browser knows nothing of its kind', async () => {
    const messenger = ana()
    const data = new Blob(['?'], { type: 'video/x-matroska' })
    const { id } = messenger.receive('b0', {
      media: [{ kind: 'video', data, width: 320, height: 240 }],
      view: { replays: 0 },
    })
    const known = messenger.receive('b0', {
      media: [{ kind: 'video', data: new Blob(['?'], { type: 'video/quicktime' }), width: 320, height: 240 }],
      view: { replays: 0 },
    })
    await mountApp('#c/c0b0', messenger)
    await expect.element(article.first().getByText(/not opened, and no view is used up/)).toBeVisible()
    await expect.element(article.first().getByRole('button', { name: 'Play video' })).not.toBeInTheDocument()
    expect((await messenger.messages.get(id))?.viewing?.stage).toBe('sealed')
    // Browsers deny that they know it, and play it.
    await expect.element(article.nth(1).getByRole('button', { name: 'Play video' })).toBeVisible()
    expect((await messenger.messages.get(known.id))?.viewing?.stage).toBe('sealed')
    expect(await violations()).toEqual([])
  })

  it('closes when it ends elsewhere, and when the person goes to another place', async () => {
    const messenger = ana()
    const first = messenger.receive('b0', { media: [await picture()], view: { replays: 0 } })
    await mountApp('#c/c0b0', messenger)
    await article.getByRole('button', { name: 'View photo' }).click()
    await expect.element(viewer.getByRole('img')).toBeVisible()
    messenger.endView(first.id)
    await expect.element(viewer).not.toBeInTheDocument()

    const second = messenger.receive('b0', { media: [await picture()], view: { replays: 0 } })
    await article.nth(1).getByRole('button', { name: 'View photo' }).click()
    await expect.element(viewer.getByRole('img')).toBeVisible()
    location.hash = '#settings'
    await expect.poll(async () => (await messenger.messages.get(second.id))?.viewing?.stage).toBe('over')
  })

  it('is replayed once where that is allowed', async () => {
    const messenger = ana()
    messenger.receive('b0', { media: [await picture()], view: { replays: 1 } })
    await mountApp('#c/c0b0', messenger)
    await article.getByRole('button', { name: 'View photo' }).click()
    await key('Escape')
    await article.getByRole('button', { name: 'Replay', exact: true }).click()
    await expect.element(viewer.getByText(/Replay, the last time/)).toBeVisible()
    await key('Escape')
    await expect.element(article.getByText(/Viewed, and gone/)).toBeVisible()
    await expect.element(article.getByRole('button', { name: 'Replay' })).not.toBeInTheDocument()
  })

  it('reports a key for screenshots once, and not that the page is hidden for a moment', async () => {
    const messenger = ana()
    const { id } = messenger.receive('b0', { media: [await picture()], view: { replays: 0 } })
    await mountApp('#c/c0b0', messenger)
    dispatchEvent(new KeyboardEvent('keyup', { key: 'PrintScreen' }))
    await article.getByRole('button', { name: 'View photo' }).click()
    await expect.element(viewer.getByRole('img')).toBeVisible()
    const hidden = vi.spyOn(document, 'hidden', 'get').mockReturnValue(true)
    document.dispatchEvent(new Event('visibilitychange'))
    await expect.poll(() => document.querySelector('.veiled')).not.toBeNull()
    hidden.mockReturnValue(false)
    document.dispatchEvent(new Event('visibilitychange'))
    await expect.element(viewer.getByRole('img')).toBeVisible()
    expect(messenger.captured).toEqual([])
    for (const type of ['keydown', 'keyup']) dispatchEvent(new KeyboardEvent(type, { key: 'PrintScreen' }))
    await expect.element(viewer.getByText(/Bo is told/)).toBeVisible()
    expect(messenger.captured).toEqual([id])
  })

  const keysForCapture = [
    { key: 'PrintScreen', altKey: true },
    { key: 'S', code: 'KeyS', ctrlKey: true, shiftKey: true },
    { key: 'S', code: 'KeyS', metaKey: true, shiftKey: true },
    { key: '$', code: 'Digit4', metaKey: true, shiftKey: true },
  ]
  it.each(keysForCapture)('reports $key $code, which takes a picture somewhere', async (pressed) => {
    const messenger = ana()
    const { id } = messenger.receive('b0', { media: [await picture()], view: { replays: 0 } })
    await mountApp('#c/c0b0', messenger)
    await article.getByRole('button', { name: 'View photo' }).click()
    await expect.element(viewer.getByRole('img')).toBeVisible()
    // What is pressed for anything else is not taken for it.
    for (const other of [
      { key: 's', code: 'KeyS' },
      { key: 'S', code: 'KeyS', shiftKey: true },
      { key: 'Shift', metaKey: true },
    ])
      dispatchEvent(new KeyboardEvent('keydown', other))
    dispatchEvent(new KeyboardEvent('keydown', { key: '4', code: 'Digit4', metaKey: true }))
    dispatchEvent(new FocusEvent('blur'))
    expect(messenger.captured).toEqual([])
    dispatchEvent(new KeyboardEvent('keydown', pressed))
    await expect.element(viewer.getByText(/Bo is told/)).toBeVisible()
    expect(messenger.captured).toEqual([id])
    await key('Escape')
    dispatchEvent(new KeyboardEvent('keydown', pressed))
    expect(messenger.captured).toEqual([id])
  })

  it('tells its sender what became of it, and how long ago', async () => {
    const messenger = ana()
    const mine = { kind: 'delivered', at: Date.now() } as const
    const { id } = messenger.receive('b0', { media: [await picture()], mine, view: { seconds: 5, replays: 1 } })
    await mountApp('#c/c0b0', messenger)
    await expect.element(page.getByRole('article', { name: 'You, view-once photo' })).toBeVisible()
    await expect.element(article.getByText('Opened')).not.toBeInTheDocument()
    const ago = (minutes: number) => Date.now() - minutes * 60_000
    messenger.setViewed(id, { openedAt: ago(5), replayedAt: ago(3), capturedAt: ago(0) })
    await expect.element(article.getByText('Opened · 5 minutes ago')).toBeVisible()
    await expect.element(article.getByText('Replayed · 3 minutes ago')).toBeVisible()
    await expect.element(article.getByText('Capture detected · just now')).toBeVisible()
    await expect.element(article.getByText(/may have taken a screenshot.*proves nothing/)).toBeVisible()
    expect(document.querySelector('.message img')).toBeNull()
    expect(await violations()).toEqual([])
  })
})

describe('the gallery', () => {
  const panel = page.getByRole('complementary', { name: 'Photos, videos and files' })

  it('is reached from the details, and holds everything by month but what is viewed once', async () => {
    const messenger = ana()
    const march = new Date(2026, 2, 5).getTime()
    messenger.receive('b0', { media: [await picture({ altText: 'March' })], sentAt: march })
    for (let index = 0; index < 120; index += 1) messenger.receive('b0', { text: String(index), sentAt: march })
    const april = new Date(2026, 3, 5).getTime()
    messenger.receive('b0', { media: [await picture({ altText: 'April' }), await film()], sentAt: april })
    messenger.receive('b0', { media: [await picture({ kind: 'file', name: 'list.pdf' })], sentAt: april })
    messenger.receive('b0', { media: [await picture()], view: { replays: 0 }, sentAt: april })
    await mountApp('#c/c0b0', messenger)
    await page.getByRole('link', { name: 'Details', exact: true }).click()
    await page.getByRole('link', { name: 'Photos, videos and files' }).click()
    await expect.element(panel.getByRole('heading', { name: 'March 2026' })).toBeInTheDocument()
    const months = panel.getByRole('heading', { level: 3 }).elements()
    expect(months.map(({ textContent }) => textContent)).toEqual(['April 2026', 'March 2026'])
    await expect.element(panel.getByRole('button', { name: 'View photo' })).toHaveLength(2)
    expect(await violations()).toEqual([])

    panel.getByRole('tab', { name: 'Photos' }).element().focus()
    await key('ArrowRight')
    await expect.element(panel.getByRole('tab', { name: 'Videos' })).toHaveFocus()
    await expect.element(panel.getByRole('button', { name: 'Play video' })).toHaveLength(1)
    await panel.getByRole('tab', { name: 'Files' }).click()
    await expect.element(panel.getByText('list.pdf')).toBeVisible()
    await panel.getByRole('tab', { name: 'Voice' }).click()
    await expect.element(panel.getByText(/None in this conversation/)).toBeVisible()
  })

  it('holds what is under way within its small places', async () => {
    await page.viewport(390, 844)
    const messenger = ana()
    const transfer = { kind: 'download', doneBytes: 13_200_000, totalBytes: 31_400_000 } as const
    messenger.receive('b0', { media: [await picture({ transfer })] })
    await mountApp('#c/c0b0/gallery', messenger)
    await expect.element(panel.getByRole('progressbar', { name: 'Download' })).toBeVisible()
    const tile = document.querySelector('.gallery-tile')
    const { left = 0, right = 0 } = tile?.getBoundingClientRect() ?? {}
    const beyond = [...(tile?.querySelectorAll('*') ?? [])].filter((element) => {
      const box = element.getBoundingClientRect()
      return element.checkVisibility() && (box.left < left - 1 || box.right > right + 1)
    })
    expect(beyond.map(({ outerHTML }) => outerHTML.slice(0, 80))).toEqual([])
  })

  it('leads to the viewer and back', async () => {
    const messenger = ana()
    const one = await picture()
    for (let index = 0; index < 60; index += 1) messenger.receive('b0', { media: [one] })
    await mountApp('#c/c0b0/about', messenger)
    await page.getByRole('link', { name: 'Photos, videos and files' }).click()
    await expect.element(panel.getByRole('button', { name: 'View photo' }).first()).toBeVisible()
    const isInView = (element: Element) => element.getBoundingClientRect().top > 200
    const button = panel.getByRole('button', { name: 'View photo' }).elements().find(isInView)
    if (!(button instanceof HTMLElement)) throw new Error('no photo is in view')
    button.focus({ preventScroll: true })
    button.click()
    await expect.element(viewer).toBeVisible()
    await key('Escape')
    await expect.element(panel).toBeVisible()
  })
})

describe('managing transfers', () => {
  it('lists what is under way, and pauses, resumes, cancels and retries it', async () => {
    const messenger = ana()
    const download = { kind: 'download', doneBytes: megabyte, totalBytes: 4 * megabyte } as const
    const running = messenger.receive('b0', { media: [await film({ transfer: download })] })
    const failed = messenger.receive('b0', {
      media: [await picture({ transfer: { kind: 'failed', reason: 'damaged' } })],
    })
    await mountApp('#settings', messenger)
    const list = page.getByRole('list', { name: 'Transfers' })
    await expect.element(list.getByRole('progressbar', { name: 'Download' })).toBeVisible()
    await expect.element(list.getByText('1 MB of 4 MB')).toBeVisible()
    await list.getByRole('button', { name: 'Pause' }).click()
    await expect.element(list.getByText('Paused · 1 MB of 4 MB')).toBeVisible()
    await list.getByRole('button', { name: 'Resume' }).click()
    messenger.setTransfer(`${running.id}.0`, { kind: 'download', doneBytes: 2 * megabyte, totalBytes: 4 * megabyte })
    await expect.element(list.getByText('2 MB of 4 MB')).toBeVisible()
    await list.getByRole('button', { name: 'Retry' }).click()
    await list.getByRole('button', { name: 'Cancel' }).first().click()
    await expect.element(list.getByRole('listitem')).toHaveLength(1)
    expect(messenger.managed).toEqual([
      `pause ${running.id}.0 display`,
      `resume ${running.id}.0 display`,
      `retry ${failed.id}.0 display`,
      expect.stringMatching(/^cancel /),
    ])
    expect(await violations()).toEqual([])
  })

  it('names posts as what they are, and leads to where they are looked at', async () => {
    const messenger = ana()
    const download = { kind: 'download', doneBytes: megabyte, totalBytes: 4 * megabyte } as const
    const upload = { kind: 'upload', doneBytes: megabyte, totalBytes: 4 * megabyte } as const
    messenger.addPost('b0', { media: [await picture(), await film({ transfer: download })] })
    messenger.addPost(undefined, { media: [await picture(), await film({ transfer: upload })] })
    messenger.addPost('e7', { media: [await picture()] })
    await mountApp('#settings', messenger)
    const transfers = page.getByRole('list', { name: 'Transfers' })
    await expect.element(transfers.getByRole('listitem', { name: 'Posts of Bo', exact: true })).toBeVisible()
    await expect.element(transfers.getByRole('listitem', { name: 'My posts', exact: true })).toBeVisible()
    const usage = page.getByRole('list', { name: 'Media by conversation' })
    const rows = () =>
      usage
        .getByRole('listitem')
        .elements()
        .map(({ textContent }) => textContent)
    await expect.poll(rows).toHaveLength(3)
    const places = rows().map((row) => /^(.*?)Look at them/.exec(row)?.[1])
    expect(new Set(places)).toEqual(
      new Set(['My posts', 'Posts of Bo', 'Posts of somebody who is no contact any more']),
    )
    expect(await violations()).toEqual([])
    await page.getByRole('button', { name: 'Delete media of the posts of Bo', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Delete media of these posts', exact: true })
    await expect.element(dialog.getByText('The posts stay until their time is over', { exact: false })).toBeVisible()
    await dialog.getByRole('button', { name: 'Cancel', exact: true }).click()
    // The one link of that name is still the page's.
    expect(page.getByRole('link', { name: 'Posts' }).elements()).toHaveLength(1)
    await usage.getByRole('link', { name: 'Look at them' }).first().click()
    await expect.element(page.getByRole('heading', { name: 'Posts', exact: true, level: 1 })).toBeVisible()
  })

  it('keeps the rules for downloads and the room for media', async () => {
    const messenger = ana()
    messenger.receive('b0', { media: [await picture()] })
    await mountApp('#settings', messenger)
    await page.getByRole('combobox', { name: 'Videos' }).selectOptions('Never')
    await expect.poll(async () => (await messenger.settings.get()).autoDownload.video).toBe(0)
    await page.getByRole('combobox', { name: 'Received media may take' }).selectOptions('1.1 GB')
    await expect.poll(async () => (await messenger.settings.get()).mediaBudgetBytes).toBe(1024 ** 3)
    expect((await messenger.settings.get()).autoDownload.photo).toBeGreaterThan(0)
    const onlyOnWifi = page.getByRole('switch', { name: 'Only on Wi-Fi' })
    await expect.element(onlyOnWifi).toBeDisabled()
    await expect.element(onlyOnWifi).toHaveAccessibleDescription(/This browser does not tell/)
    await expect
      .element(page.getByRole('list', { name: 'Media by conversation' }).getByRole('link', { name: 'Bo' }))
      .toBeVisible()
  })
})

it('lets nothing come by itself on mobile networks, where the browser tells', async () => {
  const messenger = createFakeMessenger({ name: 'Ana', tellsWifi: true })
  await mountApp('#settings', messenger)
  const onlyOnWifi = page.getByRole('switch', { name: 'Only on Wi-Fi' })
  await expect.element(onlyOnWifi).not.toBeChecked()
  await onlyOnWifi.click()
  await expect.poll(async () => (await messenger.settings.get()).onlyOnWifi).toBe(true)
  await expect.element(onlyOnWifi).toBeChecked()
  await expect.element(onlyOnWifi).toHaveAccessibleDescription(/On a mobile network nothing is fetched by itself/)
})

it('deletes the media of one conversation after asking, and says what stays', async () => {
  const messenger = ana()
  const { id } = messenger.receive('b0', { media: [await picture()], text: 'Look' })
  await mountApp('#settings', messenger)
  const stage = async () => (await messenger.messages.get(id))?.attachments[0]?.transfer.kind
  const dialog = page.getByRole('dialog', { name: 'Delete media of this conversation' })
  await page.getByRole('button', { name: 'Delete media of Bo' }).click()
  expect(await violations()).toEqual([])
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  expect(await stage()).toBe('done')
  await page.getByRole('button', { name: 'Delete media of Bo' }).click()
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
  await expect.poll(stage).toBe('evicted')
  await expect.element(dialog).not.toBeInTheDocument()
  expect((await messenger.messages.get(id))?.text).toBe('Look')
})

it('promises the room of what goes alone, and deletes what was stopped too', async () => {
  const messenger = ana()
  const transfer = { kind: 'paused', doneBytes: 3 * megabyte, totalBytes: 84 * megabyte } as const
  const coming = { kind: 'download', doneBytes: 2 * megabyte, totalBytes: 84 * megabyte } as const
  const { id } = messenger.receive('b0', { media: [await film({ transfer }), await film({ transfer: coming })] })
  await mountApp('#settings', messenger)
  const button = page.getByRole('button', { name: 'Delete media of Bo' })
  await expect.element(page.getByText(/^5 MB received/)).toBeVisible()
  await button.click()
  const dialog = page.getByRole('dialog', { name: 'Delete media of this conversation' })
  await expect.element(dialog.getByText(/^3 MB that you received from Bo go/)).toBeVisible()
  await expect.element(dialog.getByText(/What is still coming, .* stay too/)).toBeVisible()
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click()
  const stages = async () => (await messenger.messages.get(id))?.attachments.map(({ transfer: { kind } }) => kind)
  await expect.poll(stages).toEqual(['offered', 'download'])
  await expect.element(page.getByText(/^2 MB received/)).toBeVisible()
  await expect.element(button).toBeDisabled()
})

describe('accessibility', () => {
  for (const theme of ['dark', 'light'] as const) {
    for (const width of [1280, 390, 320]) {
      it(`has nothing to object to where media are shown, ${theme}, ${width} wide`, async () => {
        await page.viewport(width, 800)
        setTheme(theme)
        const messenger = ana()
        const evicted = { kind: 'evicted', totalBytes: 84 * megabyte } as const
        messenger.receive('b0', { media: await Promise.all([picture(), picture({ transfer: evicted }), film()]) })
        messenger.receive('b0', { media: [await picture({ kind: 'file', name: 'a-long-name-'.repeat(9) })] })
        messenger.receive('b0', { media: [await picture({ kind: 'file', name: 'b.zip', transfer: evicted })] })
        messenger.receive('b0', { media: [await picture()], view: { seconds: 3, replays: 1 } })
        const original = { data: new Blob(['x']), width: 9, height: 9 }
        const { id } = messenger.receive('b0', { media: [await picture({ original, caption: 'A hill' })] })
        for (const hash of ['#c/c0b0', '#c/c0b0/gallery', `#c/c0b0/media/${id}.0`, '#settings']) {
          await mountApp(hash, messenger)
          await expect.poll(() => document.querySelector('[role=main] h1')).not.toBeNull()
          expect(await violations(), hash).toEqual([])
          expect(document.documentElement.scrollWidth, hash).toBeLessThanOrEqual(width)
        }
      })
    }
  }
})

function touch(one: Element, other: Element): boolean {
  const [a, b] = [one.getBoundingClientRect(), other.getBoundingClientRect()]
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom
}
