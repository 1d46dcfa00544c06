// Editing before sending in a real browser: what is found by name, by keys and by pointers, and which pixels come out.

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { setTheme } from '../../src/app/state/theme.ts'
import '../../src/app/styles/app.css'
import type { MediaDraft } from '../../src/messenger/api.ts'
import { browserMediaPreparer } from '../../src/media/client/browser-media.ts'
import { MediaError } from '../../src/messenger/ports.ts'
import { indexOfText, join } from '../media/bytes.ts'
import { frames, heic, pictureItem, rotation, secretItems } from '../media/heics.ts'
import { jpegSegment, secretJpegSegments } from '../media/photos.ts'
import { secrets } from '../media/secret-exif.ts'
import { createFakeMessenger } from '../support/fake-messenger.ts'
import type { FakeMessenger } from '../support/fake-messenger.ts'
import { mountApp } from '../support/mount-app.ts'
import { cutOff, settled, violations } from '../support/violations.ts'

let messenger: FakeMessenger
let drafts: MediaDraft[]

beforeEach(async () => {
  await page.viewport(1280, 900)
  messenger = createFakeMessenger({ name: 'Ana' })
  messenger.addContact({ id: 'b0', name: 'Bo' })
  drafts = []
  messenger.prepare = async (draft) => {
    drafts.push(draft)
    if (!(draft.data instanceof Blob)) throw new Error('not a file')
    return { kind: 'photo', data: draft.data, width: 8, height: 6 }
  }
  await mountApp('#c/c0b0', messenger)
})
afterEach(() => {
  vi.unstubAllGlobals()
  setTheme('system')
})

/** Left half red, right half blue, with a fine pattern of black and white in the middle. */
async function photo(name = 'hill.png', type = 'image/png'): Promise<File> {
  const canvas = new OffscreenCanvas(400, 300)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('no canvas')
  context.fillStyle = '#f00'
  context.fillRect(0, 0, 200, 300)
  context.fillStyle = '#00f'
  context.fillRect(200, 0, 200, 300)
  for (let y = 100; y < 200; y += 2) {
    for (let x = 150; x < 250; x += 2) {
      context.fillStyle = (x + y) % 4 === 0 ? '#fff' : '#000'
      context.fillRect(x, y, 2, 2)
    }
  }
  return new File([await canvas.convertToBlob({ type, quality: 0.95 })], name, { type })
}

async function choose(file: File): Promise<void> {
  await page.getByLabelText('Add photos or videos').upload(file)
  await page.getByRole('button', { name: `Edit ${file.name}`, exact: true }).click()
}
const button = (name: string) => page.getByRole('button', { name, exact: true })
const editor = page.getByRole('dialog', { name: 'Edit photo' })
const tool = async (name: string) => {
  await page.getByRole('group', { name: 'Tool', exact: true }).getByRole('radio', { name, exact: true }).click()
}
const picture = page.getByRole('application', { name: 'Picture' })
async function press(name: string, keys: string): Promise<void> {
  button(name).element().focus()
  await userEvent.keyboard(keys)
}

async function apply(): Promise<void> {
  await button('Apply').click()
  await expect.element(editor).not.toBeInTheDocument()
}
async function bytesOf(data: MediaDraft['data'] | undefined): Promise<Uint8Array> {
  if (!(data instanceof Blob)) throw new Error('not a file')
  return new Uint8Array(await data.arrayBuffer())
}
/** What was sent, decoded. */
async function sent(): Promise<{ readonly draft: MediaDraft; readonly file: Blob; readonly pixels: ImageData }> {
  await button('Send').click()
  await expect.poll(() => drafts.length).toBeGreaterThan(0)
  const draft = drafts.at(-1)
  if (!(draft?.data instanceof Blob)) throw new Error('nothing was sent')
  const bitmap = await createImageBitmap(draft.data)
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')
  context?.drawImage(bitmap, 0, 0)
  const pixels = context?.getImageData(0, 0, bitmap.width, bitmap.height)
  if (pixels === undefined) throw new Error('no canvas')
  return { draft, file: draft.data, pixels }
}
function colourAt({ data, width }: ImageData, x: number, y: number): string {
  const [red = 0, green = 0, blue = 0] = data.slice((y * width + x) * 4)
  if (red > 200 && green > 200 && blue > 200) return 'white'
  if (red > 150 && green < 90 && blue < 90) return 'red'
  if (blue > 150 && red < 90 && green < 90) return 'blue'
  if (green > 150 && red < 90 && blue < 90) return 'green'
  return `${red} ${green} ${blue}`
}

/** So that there is a place to go back to. Where the conversation is. */
async function comeFromSettings(): Promise<string> {
  const here = location.hash
  location.hash = '#settings'
  await expect.element(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
  location.hash = here
  await expect.element(page.getByRole('textbox', { name: 'Message', exact: true })).toBeVisible()
  return here
}

describe('a photo', () => {
  it('is cropped and turned by keys, and goes out with its words', async () => {
    await choose(await photo())
    await expect.element(button('Right edge')).toBeVisible()
    await press('Right edge', '{Shift>}{ArrowLeft}{ArrowLeft}{ArrowLeft}{ArrowLeft}{/Shift}')
    await expect.element(editor.getByText('340 × 300 pixels')).toBeVisible()
    await button('Rotate').click()
    await expect.element(editor.getByText('300 × 340 pixels')).toBeVisible()
    await tool('Words')
    await editor.getByRole('textbox', { name: 'Caption', exact: true }).fill('From the ridge')
    await editor.getByRole('textbox', { name: 'Alt text', exact: true }).fill('A hill at dusk')
    await apply()
    const { draft, pixels } = await sent()
    expect(draft).toMatchObject({ caption: 'From the ridge', altText: 'A hill at dusk' })
    expect([pixels.width, pixels.height]).toEqual([300, 340])
    // Turned clockwise, what was on the left is above.
    expect(colourAt(pixels, 20, 20)).toBe('red')
    expect(colourAt(pixels, 20, 320)).toBe('blue')
  })

  it('is cropped in a shape, mirrored and straightened without empty corners', async () => {
    await choose(await photo())
    await page.getByRole('radio', { name: 'Square', exact: true }).click()
    await expect.element(editor.getByText('300 × 300 pixels')).toBeVisible()
    await button('Mirror').click()
    page.getByRole('slider', { name: 'Straighten' }).element().focus()
    await userEvent.keyboard('{PageUp}')
    await apply()
    const { pixels } = await sent()
    expect([pixels.width, pixels.height]).toEqual([300, 300])
    expect(colourAt(pixels, 2, 2)).toBe('blue')
    expect(colourAt(pixels, 297, 297)).toBe('red')
    expect(pixels.data.every((value, index) => index % 4 !== 3 || value === 255)).toBe(true)
  })

  it('has no pixel of a blurred region left', async () => {
    await choose(await photo())
    await tool('Blur')
    await page.getByRole('radio', { name: 'Rectangle', exact: true }).click()
    await button('Add region').click()
    await apply()
    const { pixels } = await sent()
    // The pattern went through white and black at every second pixel; what is left changes by nothing that can be seen.
    let steepest = 0
    for (let y = 110; y < 190; y += 1) {
      for (let x = 150; x < 250; x += 1) {
        const at = (y * pixels.width + x) * 4
        for (const next of [4, pixels.width * 4]) {
          steepest = Math.max(steepest, Math.abs((pixels.data[at] ?? 0) - (pixels.data[at + next] ?? 0)))
        }
      }
    }
    expect(steepest).toBeLessThan(24)
    expect(colourAt(pixels, 20, 20)).toBe('red')
    expect(colourAt(pixels, 380, 280)).toBe('blue')
  })

  it('is upright and without its metadata', async () => {
    const stored = new Uint8Array(await (await photo('p.jpg', 'image/jpeg')).arrayBuffer())
    const file = join(stored.subarray(0, 2), ...secretJpegSegments(6), jpegSegment(0xfe, 'x'), stored.subarray(2))
    await choose(new File([file.slice()], 'p.jpg', { type: 'image/jpeg' }))
    await expect.element(editor.getByText('300 × 400 pixels')).toBeVisible()
    await tool('Filters')
    await page.getByRole('radio', { name: 'Warm', exact: true }).click()
    await apply()
    const { file: made, pixels } = await sent()
    expect([pixels.width, pixels.height]).toEqual([300, 400])
    expect(colourAt(pixels, 20, 20)).toBe('red')
    const bytes = new Uint8Array(await made.arrayBuffer())
    for (const text of [...secrets, 'EXIF', 'Exif', 'XMP ']) expect(indexOfText(bytes, text)).toBe(-1)
  })

  it('is drawn on by keys, erased, undone and done again', async () => {
    await choose(await photo())
    await tool('Draw')
    await page.getByRole('radio', { name: 'White', exact: true }).click()
    picture.element().focus()
    await userEvent.keyboard('{Shift>}{ArrowUp}{ArrowUp}{ArrowUp}{ArrowUp}{/Shift}{Enter}')
    await expect.element(page.getByText('Pen down')).toBeInTheDocument()
    await userEvent.keyboard('{Shift>}{ArrowLeft}{ArrowLeft}{/Shift}{Enter}')
    await expect.element(button('Undo')).toBeEnabled()
    await button('Undo').click()
    await expect.element(button('Undo')).toBeDisabled()
    await button('Redo').click()
    await apply()
    const { pixels } = await sent()
    const white = Array.from({ length: 300 }, (_, y) => colourAt(pixels, 190, y)).filter((name) => name === 'white')
    expect(white.length).toBeGreaterThan(0)
  })

  it('is drawn on by a pointer, and zoomed by two', async () => {
    await choose(await photo())
    await tool('Draw')
    const stage = picture.element()
    vi.spyOn(stage, 'setPointerCapture').mockReturnValue()
    const box = stage.getBoundingClientRect()
    const point = (type: string, pointerId: number, x: number, y: number) =>
      stage.dispatchEvent(
        new PointerEvent(type, {
          pointerId,
          bubbles: true,
          clientX: box.left + box.width / 2 + x,
          clientY: box.top + box.height / 2 + y,
        }),
      )
    point('pointerdown', 1, 0, 0)
    point('pointermove', 1, 60, 0)
    point('pointerdown', 2, -60, 0)
    point('pointermove', 2, -200, 0)
    point('pointerup', 2, -200, 0)
    point('pointerup', 1, 60, 0)
    // The second finger gave up the line of the first.
    await expect.element(button('Fit')).toBeVisible()
    await expect.element(button('Undo')).toBeDisabled()
    point('pointerdown', 1, 0, 0)
    point('pointermove', 1, 60, 0)
    point('pointerup', 1, 60, 0)
    await expect.element(button('Undo')).toBeEnabled()
  })

  it('carries a text that is moved, tilted and taken away by keys', async () => {
    await choose(await photo())
    await tool('Text')
    await button('Add text').click()
    const words = page.getByRole('textbox', { name: 'Words on the picture' })
    await expect.element(words).toHaveFocus()
    await userEvent.keyboard('Hello')
    await expect.element(words).toHaveValue('Hello')
    await expect.element(button('Hello')).toHaveAttribute('aria-pressed', 'true')
    page.getByRole('slider', { name: 'Tilt' }).element().focus()
    await userEvent.keyboard('{ArrowRight}')
    await expect.element(page.getByRole('slider', { name: 'Tilt' })).toHaveAttribute('aria-valuetext', '1°')
    await press('Hello', '{Shift>}{ArrowUp}{/Shift}{ArrowUp}{Delete}')
    await expect.element(button('Hello')).not.toBeInTheDocument()
    await expect.element(button('Add text')).toHaveFocus()
    await button('Undo').click()
    await expect.element(button('Hello')).toBeVisible()
  })

  it('is not lost by leaving: it asks once something was changed', async () => {
    await choose(await photo())
    await button('Cancel').click()
    await expect.element(editor).not.toBeInTheDocument()
    await button('Edit hill.png').click()
    await button('Rotate').click()
    await userEvent.keyboard('{Escape}')
    const question = page.getByRole('dialog', { name: 'Discard your changes?' })
    await question.getByRole('button', { name: 'Cancel' }).click()
    await expect.element(editor.getByText('300 × 400 pixels')).toBeVisible()
    await button('Reset').click()
    await expect.element(editor.getByText('400 × 300 pixels')).toBeVisible()
    await button('Undo').click()
    await button('Cancel').click()
    await question.getByRole('button', { name: 'Discard' }).click()
    await expect.element(editor).not.toBeInTheDocument()
    const { pixels } = await sent()
    expect([pixels.width, pixels.height]).toEqual([400, 300])
  })

  it('takes nothing away that was dropped while it was made', async () => {
    const go = Promise.withResolvers<void>()
    vi.stubGlobal(
      'Worker',
      class extends Worker {
        override postMessage(message: unknown) {
          void go.promise.then(() => super.postMessage(message))
        }
      },
    )
    await choose(await photo())
    await button('Rotate').click()
    await button('Apply').click()
    await expect.element(button('Applying')).toBeDisabled()
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(await photo('dropped.png'))
    document
      .querySelector('.tray')
      ?.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }))
    await expect.element(page.getByRole('list', { name: 'Chosen' }).getByRole('listitem')).toHaveLength(2)
    go.resolve()
    await expect.element(editor).not.toBeInTheDocument()
    await button('Send').click()
    await expect.poll(() => drafts.length).toBe(2)
    const sizes = drafts.map(async ({ data }) => (data instanceof Blob ? (await createImageBitmap(data)).width : 0))
    // One turned, one as it was.
    expect(await Promise.all(sizes)).toEqual([300, 400])
  })

  it('is not sent by Enter in a field of the editor', async () => {
    await choose(await photo())
    await button('Rotate').click()
    page.getByRole('slider', { name: 'Straighten' }).element().focus()
    await userEvent.keyboard('{Enter}')
    page.getByRole('radio', { name: 'Square', exact: true }).element().focus()
    await userEvent.keyboard('{Enter}')
    await settled()
    await expect.element(editor).toBeVisible()
    expect(drafts).toEqual([])
    expect(messenger.sent).toEqual([])
  })

  it('is gone on with from what it was, not from what was made of it', async () => {
    await choose(await photo())
    await button('Rotate').click()
    await apply()
    await button('Edit hill.png').click()
    await expect.element(editor.getByText('300 × 400 pixels')).toBeVisible()
    await button('Reset').click()
    await apply()
    const { draft } = await sent()
    expect(draft.data).toMatchObject({ name: 'hill.png', type: 'image/png' })
  })

  it('says that one which moves will not, and what cannot be opened', async () => {
    const still = new Uint8Array(await (await photo()).arrayBuffer())
    const control = Uint8Array.of(0, 0, 0, 8, 0x61, 0x63, 0x54, 0x4c, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0)
    const moving = join(still.subarray(0, 33), control, still.subarray(33))
    await choose(new File([moving.slice()], 'moving.png', { type: 'image/png' }))
    await expect.element(editor.getByText(/only its first image is left/)).toBeVisible()
    await button('Cancel').click()
    await choose(new File(['nothing'], 'torn.jpg', { type: 'image/jpeg' }))
    await expect.element(editor.getByRole('alert')).toMatchTextContent(/cannot be edited here/)
    await expect.element(editor.getByRole('textbox', { name: 'Alt text', exact: true })).toBeVisible()
  })

  it('has proposals for faces where the browser finds them', async () => {
    vi.stubGlobal(
      'FaceDetector',
      class {
        async detect() {
          return [{ boundingBox: new DOMRect(160, 110, 60, 80) }]
        }
      },
    )
    await choose(await photo())
    await tool('Blur')
    await button('Find faces').click()
    await expect.element(button('Region 1')).toBeVisible()
    await expect.element(editor.getByText('Faces found: 1. Look for others.')).toBeVisible()
  })

  it('does not say that there are no faces where the browser could not look for them', async () => {
    vi.stubGlobal(
      'FaceDetector',
      class {
        detect() {
          return Promise.reject(new DOMException('no service', 'NotSupportedError'))
        }
      },
    )
    await choose(await photo())
    await tool('Blur')
    await button('Find faces').click()
    await expect
      .element(editor.getByText('This browser could not look for faces. Blur them by hand.', { exact: true }))
      .toBeVisible()
    expect(editor.getByText(/No faces/).query()).toBeNull()
  })

  it('has no boxes drawn by an answer about faces that comes after another tool was taken', async () => {
    const answer = Promise.withResolvers<readonly { readonly boundingBox: DOMRect }[]>()
    vi.stubGlobal(
      'FaceDetector',
      class {
        detect() {
          return answer.promise
        }
      },
    )
    await choose(await photo())
    await tool('Blur')
    await button('Find faces').click()
    await tool('Crop')
    await button('Rotate').click()
    await expect.element(editor.getByText('300 × 400 pixels')).toBeVisible()
    answer.resolve([{ boundingBox: new DOMRect(160, 110, 60, 80) }])
    await settled()
    // It neither took what was done since back, nor the person to another tool.
    await expect.element(editor.getByText('300 × 400 pixels')).toBeVisible()
    expect(editor.getByText(/Faces found/).query()).toBeNull()
    await tool('Blur')
    expect(button('Region 1').query()).toBeNull()
    await button('Undo').click()
    await expect.element(button('Undo')).toBeDisabled()
  })

  it('is asked about when the browser goes back, once it was changed', async () => {
    const here = await comeFromSettings()
    await choose(await photo())
    await button('Rotate').click()
    history.back()
    const question = page.getByRole('dialog', { name: 'Discard your changes?' })
    await question.getByRole('button', { name: 'Cancel' }).click()
    await expect.element(editor.getByText('300 × 400 pixels')).toBeVisible()
    expect(location.hash).toBe(here)
    await button('Cancel').click()
    await question.getByRole('button', { name: 'Discard' }).click()
    await expect.element(editor).not.toBeInTheDocument()
    await expect.element(button('Edit hill.png')).toBeVisible()
  })

  it('goes without asking when the browser goes back and nothing was changed', async () => {
    const here = await comeFromSettings()
    await choose(await photo())
    await expect.element(button('Rotate')).toBeVisible()
    history.back()
    await expect.element(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
    await expect.element(editor).not.toBeInTheDocument()
    location.hash = here
    await expect.element(button('Edit hill.png')).toBeVisible()
    expect(page.getByRole('dialog', { name: 'Discard your changes?' }).query()).toBeNull()
  })
})

describe('a photo that the browser cannot show', () => {
  /** Shown: green and white above, red and blue below; as stored it lies on its side. */
  const lying = new File(
    [heic({ items: [pictureItem(1, frames.plain, [rotation(1)]), ...secretItems(1)] }).slice()],
    'ridge.heic',
    { type: 'image/heic' },
  )

  it('is edited upright, in the pixels that are made of it, and edited again', async () => {
    await mountApp('#c/c0b0', messenger, { tools: { look: browserMediaPreparer().look } })
    await choose(lying)
    await expect.element(editor.getByText('64 × 64 pixels')).toBeVisible()
    await press('Right edge', `{Shift>}${'{ArrowLeft}'.repeat(5)}{/Shift}`)
    await apply()
    await button('Edit ridge.heic').click()
    await expect.element(editor.getByText('48 × 64 pixels')).toBeVisible()
    await button('Mirror').click()
    await apply()
    const { file, pixels } = await sent()
    expect([file.type, pixels.width, pixels.height]).toEqual(['image/webp', 48, 64])
    // Turned against the clock, green and white come to the top; mirrored, they change places.
    expect([colourAt(pixels, 4, 8), colourAt(pixels, 44, 8)]).toEqual(['white', 'green'])
    expect([colourAt(pixels, 4, 56), colourAt(pixels, 44, 56)]).toEqual(['blue', 'red'])
    const bytes = new Uint8Array(await file.arrayBuffer())
    for (const secret of secrets) expect(indexOfText(bytes, secret)).toBe(-1)
  })

  it('goes out as it was chosen when nothing was changed, or everything was put back', async () => {
    await mountApp('#c/c0b0', messenger, { tools: { look: browserMediaPreparer().look } })
    await choose(lying)
    await button('Rotate').click()
    await apply()
    await button('Edit ridge.heic').click()
    await button('Reset').click()
    await apply()
    await button('Send').click()
    await expect.poll(() => drafts.length).toBe(1)
    expect(await bytesOf(drafts[0]?.data)).toEqual(await bytesOf(lying))
  })

  it('says why it cannot be edited, and takes its words', async () => {
    const said = {
      damaged: /damaged or cut short/,
      'too-large': /too many pixels/,
      'no-memory': /not enough memory/,
      'not-loaded': /could not be loaded/,
      unsupported: /cannot show this kind/,
    } as const
    for (const code of ['damaged', 'too-large', 'no-memory', 'not-loaded', 'unsupported'] as const) {
      await mountApp('#c/c0b0', messenger, { tools: { look: () => Promise.reject(new MediaError(code)) } })
      await choose(lying)
      await expect.poll(() => editor.getByRole('alert').element().textContent).toMatch(said[code])
    }
    await editor.getByRole('textbox', { name: 'Caption', exact: true }).fill('From the ridge')
    await apply()
    await button('Send').click()
    await expect.poll(() => drafts.length).toBe(1)
    expect(drafts[0]?.caption).toBe('From the ridge')
    expect(await bytesOf(drafts[0]?.data)).toEqual(await bytesOf(lying))
  })

  it('is not waited for when the editor is closed', async () => {
    let signal: AbortSignal | undefined
    const look = (_: Blob, options: { readonly isLarge?: boolean; readonly signal: AbortSignal }) => {
      if (options.isLarge === true) ({ signal } = options)
      return new Promise<Blob>(() => {})
    }
    await mountApp('#c/c0b0', messenger, { tools: { look } })
    await choose(lying)
    await expect.poll(() => signal?.aborted).toBe(false)
    await button('Cancel').click()
    expect(signal?.aborted).toBe(true)
  })
})

describe('a video', () => {
  const film = page.getByRole('dialog', { name: 'Edit video' })
  async function clip(): Promise<File> {
    const answer = await fetch(new URL('../fixtures/clip.mp4', import.meta.url))
    return new File([await answer.arrayBuffer()], 'clip.mp4', { type: 'video/mp4' })
  }

  it('is trimmed, muted and given a still by keys', async () => {
    await choose(await clip())
    const start = page.getByRole('slider', { name: 'Trim start' })
    await expect.element(start).toBeVisible()
    start.element().focus()
    await userEvent.keyboard('{ArrowRight}{ArrowRight}{ArrowRight}{ArrowRight}{ArrowRight}')
    await expect.element(start).toHaveAttribute('aria-valuetext', '0.5 s')
    page.getByRole('slider', { name: 'Trim end' }).element().focus()
    await userEvent.keyboard('{Home}')
    await expect.element(page.getByRole('slider', { name: 'Trim end' })).toHaveAttribute('aria-valuetext', '1.0 s')
    await page.getByRole('switch', { name: 'Without sound' }).click()
    page.getByRole('slider', { name: 'Still' }).element().focus()
    await userEvent.keyboard('{ArrowRight}{ArrowRight}')
    await button('Apply').click()
    await expect.element(film).not.toBeInTheDocument()
    await button('Edit clip.mp4').click()
    await expect.element(start).toHaveAttribute('aria-valuetext', '0.5 s')
    await button('Cancel').click()
    await button('Send').click()
    await expect.poll(() => drafts.length).toBe(1)
    expect(drafts[0]?.video).toEqual({ trim: { startMs: 500, endMs: 1000 }, mute: true, posterMs: 200 })
  })

  it('is asked about when the browser goes back, once it was changed', async () => {
    const here = await comeFromSettings()
    await choose(await clip())
    await page.getByRole('switch', { name: 'Without sound' }).click()
    history.back()
    const question = page.getByRole('dialog', { name: 'Discard your changes?' })
    await question.getByRole('button', { name: 'Cancel' }).click()
    await expect.element(page.getByRole('switch', { name: 'Without sound' })).toBeChecked()
    expect(location.hash).toBe(here)
    await page.getByRole('switch', { name: 'Without sound' }).click()
    history.back()
    await expect.element(page.getByRole('heading', { name: 'Settings', level: 1 })).toBeVisible()
    expect(question.query()).toBeNull()
  })

  it('goes as it is where nothing was changed', async () => {
    await choose(await clip())
    await expect.element(page.getByRole('slider', { name: 'Trim start' })).toBeVisible()
    await button('Apply').click()
    await button('Send').click()
    await expect.poll(() => drafts.length).toBe(1)
    expect(drafts[0]).not.toHaveProperty('video')
  })

  it('has nothing to object to', async () => {
    for (const [width, height] of [
      [1280, 800],
      [390, 844],
      [320, 640],
    ] as const) {
      await page.viewport(width, height)
      await mountApp('#c/c0b0', messenger)
      await choose(await clip())
      await expect.element(page.getByRole('slider', { name: 'Still' })).toBeVisible()
      expect(await violations()).toEqual([])
    }
  })
})

for (const theme of ['dark', 'light'] as const) {
  for (const [width, height] of [
    [1280, 800],
    [390, 844],
    [320, 640],
  ] as const) {
    it(`has nothing to object to in any tool, ${theme}, ${width} wide`, async () => {
      await page.viewport(width, height)
      setTheme(theme)
      await choose(await photo())
      await expect.element(button('Rotate')).toBeVisible()
      for (const name of ['Crop', 'Filters', 'Draw', 'Text', 'Blur', 'Words']) {
        await tool(name)
        if (name === 'Text') await button('Add text').click()
        if (name === 'Blur') await button('Add region').click()
        await settled()
        expect(await violations()).toEqual([])
        expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width)
        expect(cutOff(width), name).toEqual([])
      }
      await userEvent.keyboard('{Escape}')
      await expect.element(page.getByRole('dialog', { name: 'Discard your changes?' })).toBeVisible()
      expect(await violations(), 'leaving').toEqual([])
    })
  }
}
