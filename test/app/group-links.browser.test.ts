// What a group is shown by, and who asks to join it, in a real browser on a messenger in memory.

import { afterEach, describe, expect, it, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { setTheme } from '../../src/app/state/theme.ts'
import '../../src/app/styles/app.css'
import { browserMediaPreparer } from '../../src/media/client/browser-media.ts'
import { isGroupPicture } from '../../src/protocol/group/picture.ts'
import { heic } from '../media/heics.ts'
import { createFakeMessenger } from '../support/fake-messenger.ts'
import type { FakeMessenger } from '../support/fake-messenger.ts'
import { mountApp } from '../support/mount-app.ts'
import { cutOff, violations } from '../support/violations.ts'

const panel = page.getByRole('complementary', { name: 'Details', exact: true })
const conversations = page.getByRole('list', { name: 'Conversations', exact: true })
const asking = panel.getByRole('list', { name: 'Asking to join', exact: true })
const button = (name: string) => page.getByRole('button', { name, exact: true })

const askers = [
  { contactId: 'e0', name: 'Eva', fingerprint: 'e0'.repeat(32), text: 'I am the one from the boat', at: Date.now() },
  { contactId: 'f0', name: 'Fay', fingerprint: 'f0'.repeat(32), at: Date.now() },
]

/** Ana is in a group with Bo, and two people ask to join it. */
function ana(mine = { isMember: true, isAdmin: true }): FakeMessenger {
  const messenger = createFakeMessenger({ name: 'Ana' })
  messenger.addContact({ id: 'b0', name: 'Bo' })
  messenger.addGroup({ id: 'aa', name: 'The sea', people: [{ name: 'Bo', contactId: 'b0' }], mine, askers })
  return messenger
}

/** A photo of noise: what compresses worst. */
async function photo(width: number, height: number): Promise<File> {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('no canvas')
  const noise = context.createImageData(width, height)
  for (let at = 0; at < noise.data.length; at += 65_536)
    crypto.getRandomValues(noise.data.subarray(at, Math.min(at + 65_536, noise.data.length)))
  context.putImageData(noise, 0, 0)
  return new File([await canvas.convertToBlob({ type: 'image/png' })], 'photo.png', { type: 'image/png' })
}

afterEach(() => {
  setTheme('system')
  sessionStorage.clear()
  vi.restoreAllMocks()
})

describe('accessibility', () => {
  for (const theme of ['dark', 'light'] as const)
    for (const width of [1280, 320])
      it(`has nothing to object to in who asks, and in a link, ${theme}, ${width} wide`, async () => {
        await page.viewport(width, 800)
        setTheme(theme)
        const messenger = await mountApp('#c/d0aa/about', ana())
        await expect.element(asking.getByText('Eva')).toBeVisible()
        expect(await violations(), 'who asks').toEqual([])
        expect(cutOff(width), 'who asks').toEqual([])
        await button('Share invite link').click()
        await expect.element(page.getByRole('textbox', { name: 'Invite link', exact: true })).toBeVisible()
        expect(await violations(), 'a link').toEqual([])
        expect(cutOff(width), 'a link').toEqual([])
        await mountApp('#g/bb', messenger)
        await expect.element(page.getByRole('heading', { name: 'Join The sea', exact: true })).toBeVisible()
        expect(await violations(), 'an opened link').toEqual([])
        expect(cutOff(width), 'an opened link').toEqual([])
      })
})

describe('the picture of a group', () => {
  it('is made small of any photo, without anything but the picture, and shown where the group is', async () => {
    await page.viewport(1280, 800)
    const messenger = await mountApp('#c/d0aa/about', ana())
    expect(conversations.getByRole('presentation').elements()).toEqual([])
    await userEvent.upload(page.getByLabelText('Group picture'), await photo(640, 400))
    await expect.element(button('Change picture')).toBeVisible()
    const picture = (await messenger.groups.picture('aa')) ?? new Uint8Array()
    expect(picture.length).toBeGreaterThan(1_000)
    expect(isGroupPicture(picture)).toBe(true)
    const shown = () => [...document.querySelectorAll<HTMLImageElement>('img.avatar-picture')]
    await expect.poll(() => shown().length).toBe(2)
    await expect
      .poll(() => shown().every(({ naturalWidth, naturalHeight }) => naturalWidth === naturalHeight))
      .toBe(true)
    await expect.poll(() => shown().every(({ naturalWidth }) => naturalWidth > 0)).toBe(true)
    await button('Remove picture').click()
    await expect.element(button('Add picture')).toBeVisible()
    await expect.poll(() => shown().length).toBe(0)
  })

  it('is made of a HEIC too, where the browser itself cannot show it', async () => {
    await page.viewport(1280, 800)
    const messenger = ana()
    await mountApp('#c/d0aa/about', messenger, { tools: { look: browserMediaPreparer().look } })
    await userEvent.upload(page.getByLabelText('Group picture'), new File([heic().slice()], 'a.heic'))
    await expect.element(button('Change picture')).toBeVisible()
    const picture = (await messenger.groups.picture('aa')) ?? new Uint8Array()
    expect(isGroupPicture(picture)).toBe(true)
  })

  it('is not made of what is no picture', async () => {
    await page.viewport(1280, 800)
    await mountApp('#c/d0aa/about', ana())
    await userEvent.upload(
      page.getByLabelText('Group picture'),
      new File(['no picture'], 'a.png', { type: 'image/png' }),
    )
    await expect.element(panel.getByRole('alert')).toMatchTextContent('cannot be used for a group')
  })
})

describe('the link of a group', () => {
  it('is copied by a button that keeps its name, and a status says so', async () => {
    await page.viewport(1280, 800)
    const copied = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
    await mountApp('#c/d0aa/about', ana())
    await button('Share invite link').click()
    await button('Copy link').click()
    await expect.element(page.getByRole('status').getByText('Copied')).toBeInTheDocument()
    await expect.element(button('Copy link')).toBeVisible()
    expect(copied).toHaveBeenCalledOnce()
  })
})

describe('who asks to join', () => {
  it('is let in or refused by an admin', async () => {
    await page.viewport(1280, 800)
    const messenger = await mountApp('#c/d0aa/about', ana())
    const eva = asking.getByRole('listitem', { name: 'Eva', exact: true })
    await expect.element(eva).toMatchTextContent(/I am the one from the boat/)
    await eva.getByRole('button', { name: 'Accept', exact: true }).click()
    await expect.element(eva).not.toBeInTheDocument()
    await asking.getByRole('listitem', { name: 'Fay', exact: true }).getByRole('button', { name: 'Refuse' }).click()
    await expect.element(asking).not.toBeInTheDocument()
    const group = await messenger.groups.get('aa')
    expect(group?.asked.map(({ name }) => name)).toEqual(['Eva'])
    expect(group?.askers).toEqual([])
  })

  it('is not shown to who is no admin, nor is a link offered', async () => {
    await page.viewport(1280, 800)
    await mountApp('#c/d0aa/about', ana({ isMember: true, isAdmin: false }))
    await expect.element(button('Add picture')).toBeVisible()
    await expect.element(asking).not.toBeInTheDocument()
    await expect.element(button('Share invite link')).not.toBeInTheDocument()
  })
})

describe('a link of a group', () => {
  it('is made when it is wanted, kept, renewed and closed', async () => {
    await page.viewport(1280, 800)
    const messenger = await mountApp('#c/d0aa/about', ana())
    const field = page.getByRole('textbox', { name: 'Invite link', exact: true })
    await button('Share invite link').click()
    await expect.element(field).toHaveValue('https://relay.example/#g/aa-1')
    await expect.element(field).toHaveAttribute('readonly')
    await userEvent.keyboard('{Escape}')
    await button('Share invite link').click()
    await expect.element(field).toHaveValue('https://relay.example/#g/aa-1')
    await button('New link').click()
    await expect.element(field).toHaveValue('https://relay.example/#g/aa-2')
    await button('Close link').click()
    await expect.element(field).not.toBeInTheDocument()
    expect((await messenger.groups.get('aa'))?.link).toBeUndefined()
  })

  it('opens with the name as it says, unverified, and asks to join once', async () => {
    await page.viewport(1280, 800)
    const messenger = await mountApp('#g/bb', createFakeMessenger({ name: 'Ana' }))
    await expect.element(page.getByRole('heading', { name: 'Join The sea', exact: true })).toBeVisible()
    await expect.element(page.getByText(/are not verified/)).toBeVisible()
    // The secret stands in no address.
    expect(location.hash).toBe('#connect')
    expect(await messenger.groups.asks()).toEqual([])
    await button('Ask to join').click()
    await expect.element(page.getByText(/You have asked/)).toBeVisible()
    await expect.element(button('Ask to join')).not.toBeInTheDocument()
    expect(await messenger.groups.asks()).toMatchObject([{ groupId: 'bb' }])
    await button('Go to your messages').click()
    await expect.element(page.getByRole('heading', { name: 'Messages', exact: true })).toBeVisible()
  })

  it('leads to the group for who is in it, and says when it is none', async () => {
    await page.viewport(1280, 800)
    const messenger = await mountApp('#g/aa', ana())
    await button('Open group').click()
    await expect.element(page.getByRole('heading', { name: 'The sea', exact: true })).toBeVisible()
    await mountApp('#g/zz', messenger)
    await expect.element(page.getByRole('heading', { name: 'This link does not work', exact: true })).toBeVisible()
  })
})

describe('what waits among the requests', () => {
  it('says what became of asking to join, and forgets it', async () => {
    await page.viewport(320, 800)
    const messenger = createFakeMessenger({ name: 'Ana' })
    await messenger.groups.askToJoin('https://relay.example/#g/bb')
    await mountApp('#requests', messenger)
    const asked = page.getByRole('list', { name: 'You asked to join', exact: true })
    await expect.element(asked.getByRole('listitem', { name: 'The sea' })).toMatchTextContent(/You have asked/)
    expect(await violations()).toEqual([])
    expect(cutOff(320)).toEqual([])
    await asked.getByRole('button', { name: 'Forget', exact: true }).click()
    await expect.element(asked).not.toBeInTheDocument()
    expect(await messenger.groups.asks()).toEqual([])
  })

  it('of groups and introductions can be ignored, and taken back', async () => {
    await page.viewport(1280, 800)
    const messenger = ana()
    const common = { receivedAt: Date.now(), fingerprint: 'b0'.padEnd(64, '7') }
    messenger.addRequest({ id: 'bb', name: 'Climbers', ...common, group: { invitedBy: 'Bo', people: ['Bo'] } })
    messenger.addRequest({ id: 'cc', name: 'Gil', ...common, introducedBy: 'Bo' })
    await mountApp('#requests', messenger)
    for (const name of ['Climbers', 'Gil']) {
      const item = page.getByRole('listitem', { name, exact: true })
      await item.getByRole('button', { name: 'Ignore', exact: true }).click()
      await expect.element(item).not.toBeInTheDocument()
    }
    await page.getByRole('radio', { name: 'Ignored (2)', exact: true }).click()
    const item = page.getByRole('list', { name: 'Ignored', exact: true }).getByRole('listitem', { name: 'Climbers' })
    await item.getByRole('button', { name: 'Back to requests', exact: true }).click()
    await expect.element(item).not.toBeInTheDocument()
    expect((await messenger.requests.list()).map(({ name }) => name)).toEqual(['Climbers'])
  })

  it('is reported as a file, which the person saves', async () => {
    await page.viewport(1280, 800)
    const messenger = ana()
    const common = { receivedAt: Date.now(), fingerprint: 'ab'.repeat(32) }
    messenger.addRequest({ id: 'bb', name: 'Mallory', text: 'let me in', ...common })
    messenger.addRequest({ id: 'cc', name: 'Gil', ...common, introducedBy: 'Bo' })
    await mountApp('#requests', messenger)
    const saved = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined)
    await page.getByRole('listitem', { name: 'Mallory' }).getByRole('button', { name: 'Report', exact: true }).click()
    const dialog = page.getByRole('dialog', { name: 'Report', exact: true })
    await dialog.getByRole('button', { name: 'Save report', exact: true }).click()
    await expect.poll(() => saved.mock.instances.length).toBe(1)
    const [link] = saved.mock.instances
    if (!(link instanceof HTMLAnchorElement)) throw new Error('nothing was saved')
    expect(link.download).toBe('safelight-report.json')
    expect(await (await fetch(link.href)).text()).toContain('let me in')
    await expect.element(dialog.getByText(/Saved: what they wrote in one message/)).toBeVisible()
    expect(await violations()).toEqual([])
    await userEvent.keyboard('{Escape}')
    await page.getByRole('listitem', { name: 'Gil' }).getByRole('button', { name: 'Report', exact: true }).click()
    await dialog.getByRole('button', { name: 'Save report', exact: true }).click()
    await expect.element(dialog.getByRole('alert')).toMatchTextContent('a file would show nothing')
    expect(saved.mock.instances.length).toBe(1)
  })

  it('is reported also when it was accepted, from the details, for what was signed before', async () => {
    await page.viewport(1280, 800)
    const messenger = ana()
    messenger.addContact({ id: 'e0', name: 'Eva', state: 'asked' })
    const asked: string[] = []
    messenger.conversations.report = async (id) => {
      asked.push(id)
      return { data: new TextEncoder().encode('{}'), fileName: 'safelight-report.json', messages: 2, leftOut: 0 }
    }
    await mountApp('#c/c0b0/about', messenger)
    const saved = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined)
    await button('Report').click()
    const dialog = page.getByRole('dialog', { name: 'Report', exact: true })
    await expect.element(dialog.getByText('signed by nobody', { exact: false })).toBeVisible()
    await dialog.getByRole('button', { name: 'Save report', exact: true }).click()
    await expect.element(dialog.getByText(/Saved: what they wrote in 2 messages/)).toBeVisible()
    expect(saved.mock.instances.length).toBe(1)
    expect(asked).toEqual(['c0b0'])
    expect(await violations()).toEqual([])
    // Who has not answered has written nothing.
    await mountApp('#c/c0e0/about', messenger)
    await expect.element(button('Block')).toBeVisible()
    await expect.element(button('Report')).not.toBeInTheDocument()
  })
})
