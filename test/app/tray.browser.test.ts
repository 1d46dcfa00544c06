// What was chosen and not sent yet, in a real browser: its order, its words, and how it goes out.

import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { setTheme } from '../../src/app/state/theme.ts'
import '../../src/app/styles/app.css'
import type { MessageDraft } from '../../src/messenger/api.ts'
import { MediaError } from '../../src/messenger/ports.ts'
import { createFakeMessenger } from '../support/fake-messenger.ts'
import type { FakeMessenger } from '../support/fake-messenger.ts'
import { mountApp } from '../support/mount-app.ts'
import { violations } from '../support/violations.ts'

const button = (name: string) => page.getByRole('button', { name, exact: true })
const chosen = page.getByRole('list', { name: 'Chosen' })
const view = page.getByRole('combobox', { name: 'View once' })
const asFile = page.getByRole('checkbox', { name: 'Send as file' })
let messenger: FakeMessenger
let sent: MessageDraft[]

beforeEach(async () => {
  messenger = createFakeMessenger({ name: 'Ana' })
  messenger.addContact({ id: 'b0', name: 'Bo' })
  messenger.addContact({ id: 'c1', name: 'Cleo' })
  messenger.receive('b0', { text: 'Show me' })
  sent = []
  const send = messenger.send.bind(messenger)
  messenger.send = (conversationId, draft, options) => {
    sent.push(draft)
    return send(conversationId, draft, options)
  }
  await page.viewport(1280, 900)
  await mountApp('#c/c0b0', messenger)
})

afterEach(() => {
  setTheme('system')
  document.body.replaceChildren()
})

async function photo(name: string): Promise<File> {
  const canvas = new OffscreenCanvas(80, 60)
  canvas.getContext('2d')?.fillRect(0, 0, 80, 60)
  return new File([await canvas.convertToBlob({ type: 'image/jpeg' })], name, { type: 'image/jpeg' })
}

async function choose(...names: readonly string[]): Promise<void> {
  const files = await Promise.all(names.map(photo))
  await page.getByLabelText('Add photos or videos').upload(files)
  await expect.element(chosen.getByRole('listitem')).toHaveLength(names.length)
}

const order = () => [...document.querySelectorAll('.tray-pick')].map((item) => item.getAttribute('aria-label'))

describe('the tray', () => {
  it('keeps words with the photo that they are for, and lets the order be changed by the keyboard', async () => {
    await choose('a.jpg', 'b.jpg', 'c.jpg')
    await page.getByRole('textbox', { name: 'Caption' }).fill('The first')
    await button('Move later').click()
    await expect.poll(order).toEqual(['Describe b.jpg', 'Describe a.jpg', 'Describe c.jpg'])
    await expect.element(button('Move later')).toHaveFocus()
    await userEvent.keyboard('{Enter}')
    // At the end it stays, and so does the focus.
    await userEvent.keyboard('{Enter}')
    await expect.poll(order).toEqual(['Describe b.jpg', 'Describe c.jpg', 'Describe a.jpg'])
    await expect.element(button('Move later')).toHaveFocus()
    await expect.element(page.getByText('3 of 3')).toBeVisible()
    await button('Send').click()
    await expect.poll(() => sent.length).toBe(1)
    expect(sent[0]?.media?.map(({ caption }) => caption)).toEqual([undefined, undefined, 'The first'])
  })

  it('keeps the focus near when something is taken out by the keyboard', async () => {
    await choose('a.jpg', 'b.jpg', 'c.jpg')
    button('Remove b.jpg').element().focus()
    await userEvent.keyboard('{Enter}')
    await expect.element(button('Remove c.jpg')).toHaveFocus()
    await userEvent.keyboard('{Enter}')
    await expect.element(button('Remove a.jpg')).toHaveFocus()
    await userEvent.keyboard('{Enter}')
    await expect.element(chosen).not.toBeInTheDocument()
    await expect.element(page.getByLabelText('Add photos or videos')).toHaveFocus()
  })

  it('sends the very file after a warning, and takes quality and views out of reach', async () => {
    await choose('a.jpg')
    await asFile.click()
    await expect.element(page.getByRole('alert').filter({ hasText: 'Nothing is removed' })).toBeVisible()
    await expect.element(page.getByRole('radio', { name: 'Standard' })).toBeDisabled()
    await expect.element(view).toBeDisabled()
    await button('Send').click()
    await expect.poll(() => sent.length).toBe(1)
    expect(sent[0]?.media).toMatchObject([{ quality: 'file', name: 'a.jpg' }])
    // Not the next one too.
    await choose('b.jpg')
    await expect.element(asFile).not.toBeChecked()
  })

  it('shows how large it will be, and names what leaves with the file, where the page can tell', async () => {
    await mountApp('#c/c0b0', messenger, {
      tools: {
        estimate: async (_, quality) => (quality === 'hd' ? undefined : { sizeBytes: 600_000 }),
        describe: async () => ({ position: {}, device: 'Camera 9', hasThumbnail: false, isComplete: true }),
      },
    })
    await choose('a.jpg', 'b.jpg')
    await expect.element(page.getByText(/About 1.2 MB/)).toBeVisible()
    await page.getByRole('radio', { name: 'HD' }).click()
    await expect.element(page.getByText(/From \d+ B|From [\d.]+ kB/)).toBeVisible()
    await asFile.click()
    const warning = page.getByRole('alert').filter({ hasText: 'the place where it was taken, the device (Camera 9)' })
    await expect.element(warning).toBeVisible()
  })

  it('sends to be viewed once, for seconds, and once more, in words that promise nothing', async () => {
    await choose('a.jpg')
    await view.selectOptions('3 seconds')
    await expect.element(page.getByText(/They can still photograph the screen/)).toBeVisible()
    await page.getByRole('checkbox', { name: 'Allow one replay' }).click()
    await expect.element(asFile).toBeDisabled()
    await button('Send').click()
    await expect.poll(() => sent).toMatchObject([{ view: { seconds: 3, replays: 1 } }])
    await choose('b.jpg')
    await expect.element(view).toHaveValue('off')
  })

  it('sends nothing as kept that was to be viewed once', async () => {
    await choose('a.jpg')
    await view.selectOptions('Until closed')
    await button('Record voice').click()
    await expect.element(page.getByRole('timer').filter({ hasText: '0:01' })).toBeVisible()
    await button('Stop recording').click()
    await expect.element(page.getByRole('alert').filter({ hasText: 'cannot be viewed once' })).toBeVisible()
    await expect.element(button('Send')).toBeDisabled()
    await page.getByRole('textbox', { name: 'Message', exact: true }).click()
    await userEvent.keyboard('hello{Enter}')
    expect(sent).toEqual([])
    await view.selectOptions('Off')
    await expect.element(button('Send')).toBeEnabled()
  })

  it('gives back what failed as it was to be sent', async () => {
    messenger.prepare = () => Promise.reject(new MediaError('damaged'))
    await choose('a.jpg')
    await view.selectOptions('1 second')
    await button('Send').click()
    await button('Edit').click()
    await expect.element(view).toHaveValue('1')
  })

  it('offers what could not be prepared as a file, and says what is in it before it goes out', async () => {
    messenger.prepare = () => Promise.reject(new MediaError('damaged', { asFile: true }))
    await choose('a.jpg')
    await button('Send').click()
    await expect.element(page.getByRole('alert').filter({ hasText: 'Or send as file: exactly as it is' })).toBeVisible()
    await button('As file').click()
    await expect.element(asFile).toBeChecked()
    await expect.element(page.getByRole('alert').filter({ hasText: 'Nothing is removed' })).toBeVisible()
    expect(sent).toHaveLength(1)
    await button('Send').click()
    await expect.poll(() => sent.at(-1)?.media).toMatchObject([{ quality: 'file', name: 'a.jpg' }])
  })

  it('offers no file where that would keep what was to be viewed once', async () => {
    messenger.prepare = () => Promise.reject(new MediaError('damaged', { asFile: true }))
    await choose('a.jpg')
    await view.selectOptions('1 second')
    await button('Send').click()
    await expect.element(button('Edit')).toBeVisible()
    expect(button('As file').query()).toBeNull()
  })

  it('shows a photo that the browser cannot, as far as somebody else can look at it', async () => {
    const looked: string[] = []
    const look = async (file: Blob) => {
      looked.push(await file.text())
      if (looked.at(-1) === 'broken') throw new MediaError('damaged')
      return photo('look.jpg')
    }
    await mountApp('#c/c0b0', messenger, { tools: { look } })
    const files = ['whole', 'broken'].map((bytes) => new File([bytes], `${bytes}.heic`, { type: 'image/heic' }))
    await page.getByLabelText('Add photos or videos').upload(files)
    await expect.element(chosen.getByRole('listitem')).toHaveLength(2)
    const sizes = () =>
      [...document.querySelectorAll('.tray-pick')].map((item) => item.querySelector('img')?.naturalWidth)
    await expect.poll(sizes).toEqual([80, undefined])
    await expect.poll(() => document.querySelectorAll('.preview-empty[aria-busy="false"] svg').length).toBe(1)
    expect(looked.toSorted()).toEqual(['broken', 'whole'])
    expect(await violations()).toEqual([])
  })

  it('stays while another conversation is looked at', async () => {
    await choose('a.jpg')
    location.hash = '#c/c0c1'
    await expect.element(page.getByRole('heading', { name: 'Cleo', exact: true })).toBeVisible()
    expect(chosen.query()).toBeNull()
    location.hash = '#c/c0b0'
    await expect.element(chosen.getByRole('listitem')).toHaveLength(1)
  })

  for (const theme of ['dark', 'light'] as const) {
    for (const width of [320, 1280]) {
      it(`has nothing to object to, ${theme}, ${width} wide`, async () => {
        await page.viewport(width, 800)
        setTheme(theme)
        await choose('a.jpg', 'b.jpg')
        await view.selectOptions('3 seconds')
        expect(await violations()).toEqual([])
        expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(width)
        await view.selectOptions('Off')
        await asFile.click()
        expect(await violations()).toEqual([])
      })
    }
  }
})
