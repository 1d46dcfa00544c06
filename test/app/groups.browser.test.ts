// Groups in a real browser, on a messenger in memory: made, read, changed and left, by name and by keyboard.

import { afterEach, describe, expect, it } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { setTheme } from '../../src/app/state/theme.ts'
import '../../src/app/styles/app.css'
import type { GroupView } from '../../src/messenger/api.ts'
import { createFakeMessenger } from '../support/fake-messenger.ts'
import type { FakeMessenger } from '../support/fake-messenger.ts'
import { mountApp } from '../support/mount-app.ts'
import { cutOff, violations } from '../support/violations.ts'

const dan = { id: 'peer-dan', name: 'Dan' }
const panel = page.getByRole('complementary', { name: 'Details', exact: true })
const feed = page.getByRole('feed', { name: 'Messages', exact: true })
const conversations = page.getByRole('list', { name: 'Conversations', exact: true })
const named = (role: 'button' | 'textbox' | 'dialog' | 'checkbox' | 'menuitem', name: string) =>
  page.getByRole(role, { name, exact: true })

/** Ana knows Bo and Cem, and is in a group with Bo and with Dan, whom she does not know. */
function ana(mine: Partial<Pick<GroupView, 'isMember' | 'isAdmin'>> = {}): FakeMessenger {
  const messenger = createFakeMessenger({ name: 'Ana' })
  messenger.addContact({ id: 'b0', name: 'Bo' })
  messenger.addContact({ id: 'c0', name: 'Cem' })
  messenger.addContact({ id: 'd0', name: 'Eva', state: 'asked' })
  messenger.addGroup({
    id: 'aa',
    name: 'The sea',
    people: [{ name: 'Bo', contactId: 'b0', isAdmin: true }, dan],
    asked: [{ fingerprint: 'f0'.repeat(32), name: 'Fay' }],
    mine,
  })
  return messenger
}

const group = async (messenger: FakeMessenger): Promise<GroupView | undefined> => messenger.groups.get('aa')
const memberNames = async (messenger: FakeMessenger): Promise<string[]> =>
  ((await group(messenger))?.members ?? []).map(({ name }) => name)

afterEach(() => {
  setTheme('system')
  sessionStorage.clear()
})

describe('accessibility', () => {
  for (const theme of ['dark', 'light'] as const) {
    for (const width of [1280, 320]) {
      for (const direction of ['ltr', 'rtl'] as const) {
        it(`has nothing to object to in a group, ${theme}, ${width} wide, ${direction}`, async () => {
          await page.viewport(width, 800)
          setTheme(theme)
          document.documentElement.dir = direction
          try {
            const messenger = ana()
            messenger.changeGroup('aa', {}, { kind: 'left', who: { name: 'Gil', isMe: false } })
            messenger.receiveInGroup('aa', dan, { text: 'Hello from Dan' })
            const sent = await messenger.send('d0aa', { text: 'Hello all' })
            messenger.setState(sent.id, { kind: 'seen', at: Date.now() }, 'b0')
            messenger.addRequest({
              id: 'bb',
              name: 'Climbers of the northern wall',
              text: 'come along',
              receivedAt: Date.now(),
              fingerprint: 'b0'.padEnd(64, '7'),
              group: { invitedBy: 'Bo', people: ['Bo', 'Gil'] },
            })
            for (const [hash, shown] of [
              ['', conversations.getByText('Bo', { exact: true })],
              ['#c/d0aa', feed.getByText('Gil left')],
              ['#c/d0aa/about', panel.getByText('Dan', { exact: true })],
              ['#requests', page.getByText('come along')],
            ] as const) {
              await mountApp(hash, messenger)
              await expect.element(shown).toBeVisible()
              expect(await violations(), hash).toEqual([])
              expect(cutOff(width), hash).toEqual([])
            }
            await mountApp('', messenger)
            await named('button', 'New message').click()
            await named('checkbox', 'Bo').click()
            await named('checkbox', 'Cem').click()
            await expect.element(named('button', 'Make group')).toBeVisible()
            expect(await violations(), 'new message').toEqual([])
            expect(cutOff(width), 'new message').toEqual([])
          } finally {
            document.documentElement.removeAttribute('dir')
          }
        })
      }
    }
  }
})

describe('a new message', () => {
  it('to one person opens their conversation', async () => {
    await mountApp('', ana())
    await named('button', 'New message').click()
    await page.getByRole('searchbox', { name: 'Find a contact', exact: true }).fill('cé')
    await expect.element(named('checkbox', 'Bo')).not.toBeInTheDocument()
    await named('checkbox', 'Cem').click()
    await named('button', 'Open conversation').click()
    await expect.element(page.getByRole('heading', { name: 'Cem', exact: true })).toBeVisible()
  })

  it('to several makes a group and opens it, by keyboard alone', async () => {
    await page.viewport(1280, 800)
    const messenger = await mountApp('', ana())
    const button = named('button', 'New message')
    await expect.element(button).toBeVisible()
    button.element().focus()
    await userEvent.keyboard('{Enter}')
    await expect.element(named('checkbox', 'Bo')).toBeVisible()
    named('checkbox', 'Bo').element().focus()
    await userEvent.keyboard(' {Tab} ')
    await expect.element(named('checkbox', 'Cem')).toBeChecked()
    await named('textbox', 'Name of the group, if you like').fill('The lake')
    await userEvent.keyboard('{Enter}')
    await expect.element(page.getByRole('heading', { name: 'The lake', exact: true })).toBeVisible()
    await expect.element(conversations.getByRole('listitem', { name: 'The lake', exact: true })).toBeInTheDocument()
    await expect.element(feed.getByRole('article', { name: 'You made the group The lake', exact: true })).toBeVisible()
    const made = (await messenger.conversations.list()).find(({ name }) => name === 'The lake')
    const asked = (await messenger.groups.get(made?.groupId ?? ''))?.asked.map(({ name }) => name)
    expect(asked).toEqual(['Bo', 'Cem'])
  })

  it('offers nobody for a group who has not answered yet', async () => {
    await mountApp('', ana())
    await named('button', 'New message').click()
    await page.getByRole('checkbox', { name: /Eva/ }).click()
    await expect.element(named('checkbox', 'Bo')).toBeDisabled()
    await page.getByRole('checkbox', { name: /Eva/ }).click()
    await named('checkbox', 'Bo').click()
    await expect.element(page.getByRole('checkbox', { name: /Eva/ })).toBeDisabled()
  })
})

describe('a conversation of a group', () => {
  it('says who is in it, who wrote, and what happened', async () => {
    await page.viewport(1280, 800)
    const messenger = await mountApp('#c/d0aa', ana())
    await expect.element(page.getByRole('heading', { name: 'The sea', exact: true })).toBeVisible()
    await expect.element(page.getByText('Bo, Dan and you')).toBeVisible()
    messenger.receiveInGroup('aa', dan, { text: 'Hello from Dan' })
    await expect.element(feed.getByRole('article', { name: 'Dan, text', exact: true })).toBeVisible()
    await expect.element(feed.getByText('Dan', { exact: true })).toBeVisible()
    messenger.receiveInGroup('aa', dan, { text: 'And again' })
    await expect.element(feed.getByText('And again')).toBeVisible()
    // Once for what follows one another.
    expect(feed.getByText('Dan', { exact: true }).elements()).toHaveLength(1)
    messenger.changeGroup(
      'aa',
      {},
      { kind: 'added', by: { name: 'Dan', isMe: false }, who: { name: 'Gil', isMe: false } },
    )
    await expect.element(feed.getByRole('article', { name: 'Dan added Gil', exact: true })).toBeVisible()
    const item = conversations.getByRole('listitem', { name: 'The sea', exact: true })
    await expect.element(item.getByText('Dan added Gil')).toBeVisible()
  })

  it('shows how far a message got, in sum and with each', async () => {
    const messenger = await mountApp('#c/d0aa', ana())
    await named('textbox', 'Message').fill('Hello all')
    await named('button', 'Send').click()
    const article = feed.getByRole('article', { name: 'You, text', exact: true })
    await expect.poll(() => messenger.sent).toHaveLength(1)
    const [id = ''] = messenger.sent
    messenger.setState(id, { kind: 'delivered', at: Date.now() })
    await expect.element(article.getByText('Delivered', { exact: true })).toBeVisible()
    messenger.setState(id, { kind: 'seen', at: new Date(2026, 4, 3, 14, 5).getTime() }, 'b0')
    await article.getByText('Delivered to 2, seen by 1', { exact: true }).click()
    const people = article.getByRole('list', { name: 'Delivery', exact: true })
    await expect.element(people.getByText('Bo', { exact: true })).toBeVisible()
    await expect.element(people.getByText('Dan', { exact: true })).toBeVisible()
    messenger.setState(id, { kind: 'failed', reason: 'relay-full' }, 'e1'.repeat(32))
    await expect.element(article.getByRole('alert')).toMatchTextContent('The relay is full')
    // In sum too, where whoever has it must not hide who has not.
    await expect.element(article.getByText('Delivered to 1, seen by 1, failed for 1', { exact: true })).toBeVisible()
    await article.getByRole('button', { name: 'Retry', exact: true }).click()
    await expect.element(article.getByText('Sending', { exact: true }).first()).toBeVisible()
  })

  it('is closed to who is no member any more', async () => {
    const messenger = await mountApp('#c/d0aa', ana())
    await expect.element(named('textbox', 'Message')).toBeVisible()
    const by = { name: 'Bo', isMe: false }
    messenger.changeGroup('aa', { isMember: false }, { kind: 'removed', by, who: { name: 'Ana', isMe: true } })
    await expect.element(feed.getByRole('article', { name: 'Bo removed you', exact: true })).toBeVisible()
    await expect.element(named('textbox', 'Message')).not.toBeInTheDocument()
    await expect.element(page.getByText(/not in this group any more\. What was said stays/)).toBeVisible()
  })
})

describe('the details of a group', () => {
  const member = (name: string) =>
    panel.getByRole('list', { name: 'Members', exact: true }).getByRole('listitem', { name, exact: true })
  const choose = async (person: string, action: string) => {
    await member(person)
      .getByRole('button', { name: `Options for ${person}`, exact: true })
      .click()
    await named('menuitem', action).click()
  }

  it('let an admin add, remove and name admins', async () => {
    await page.viewport(1280, 800)
    const messenger = await mountApp('#c/d0aa/about', ana())
    await expect.element(member('Bo')).toMatchTextContent('Admin')
    await expect.element(member('Dan')).toMatchTextContent('No contact of yours')
    await expect.element(member('Ana')).toMatchTextContent('You · Admin')
    await choose('Dan', 'Make admin')
    await expect.element(member('Dan')).toMatchTextContent('Admin')
    await choose('Dan', 'No longer admin')
    await expect.element(member('Dan')).not.toMatchTextContent('Admin')
    await choose('Dan', 'Remove from group')
    await named('dialog', 'Remove Dan').getByRole('button', { name: 'Remove', exact: true }).click()
    await expect.element(member('Dan')).not.toBeInTheDocument()
    expect(await memberNames(messenger)).toEqual(['Bo', 'Ana'])

    await panel.getByRole('button', { name: 'Add people', exact: true }).click()
    await expect.element(named('checkbox', 'Bo')).not.toBeInTheDocument()
    await named('checkbox', 'Cem').click()
    await named('dialog', 'Add people').getByRole('button', { name: 'Add', exact: true }).click()
    const asked = panel.getByRole('list', { name: 'Asked', exact: true })
    await asked.getByRole('listitem', { name: 'Cem', exact: true }).getByRole('button', { name: 'Take back' }).click()
    await expect.element(asked.getByRole('listitem', { name: 'Cem', exact: true })).not.toBeInTheDocument()
    await expect.element(asked.getByRole('listitem', { name: 'Fay', exact: true })).toBeVisible()

    await panel.getByRole('switch', { name: 'Everybody may add people', exact: true }).click()
    await expect.poll(async () => (await group(messenger))?.adders).toBe('admins')
  })

  it('offer a member what members may do, and no more', async () => {
    await page.viewport(1280, 800)
    const messenger = ana({ isAdmin: false })
    await mountApp('#c/d0aa/about', messenger)
    await expect.element(panel.getByRole('button', { name: 'Add people', exact: true })).toBeVisible()
    await expect.element(panel.getByRole('switch')).not.toBeInTheDocument()
    await member('Dan').getByRole('button', { name: 'Options for Dan', exact: true }).click()
    const offered = () =>
      page
        .getByRole('menuitem')
        .elements()
        .map(({ textContent }) => textContent.trim())
    await expect.poll(offered).toEqual(['Write to them alone'])
    await userEvent.keyboard('{Escape}')
    messenger.changeGroup('aa', { adders: 'admins' })
    await expect.element(panel.getByText('Only admins add people.')).toBeVisible()
    await expect.element(panel.getByRole('button', { name: 'Add people', exact: true })).not.toBeInTheDocument()

    await panel.getByRole('button', { name: 'Rename', exact: true }).click()
    await named('textbox', 'Name of the group').fill('The lake')
    await named('dialog', 'Rename').getByRole('button', { name: 'Save', exact: true }).click()
    await expect.element(page.getByRole('heading', { name: 'The lake', exact: true })).toBeVisible()
  })

  it('lead to one of them alone, or say why not', async () => {
    await page.viewport(1280, 800)
    await mountApp('#c/d0aa/about', ana())
    await choose('Dan', 'Write to them alone')
    await expect.element(panel.getByRole('alert')).toMatchTextContent('have not met yet')
    await choose('Bo', 'Write to them alone')
    await expect.element(page.getByRole('heading', { name: 'Bo', exact: true })).toBeVisible()
  })

  it('ask before one leaves, and offer nothing after it', async () => {
    await page.viewport(1280, 800)
    const messenger = await mountApp('#c/d0aa/about', ana())
    await panel.getByRole('button', { name: 'Leave group', exact: true }).click()
    await named('dialog', 'Leave group').getByRole('button', { name: 'Cancel', exact: true }).click()
    expect((await group(messenger))?.isMember).toBe(true)
    await panel.getByRole('button', { name: 'Leave group', exact: true }).click()
    await named('dialog', 'Leave group').getByRole('button', { name: 'Leave', exact: true }).click()
    await expect.element(feed.getByRole('article', { name: 'You left', exact: true })).toBeVisible()
    await expect.element(panel.getByText(/You are not in this group any more/)).toBeVisible()
    for (const name of ['Rename', 'Add people', 'Leave group', 'Take back', 'Options for Bo'])
      await expect.element(panel.getByRole('button', { name, exact: true })).not.toBeInTheDocument()
  })
})

describe('an invitation to a group', () => {
  it('waits quietly among the requests, and says who asks and who is in it', async () => {
    await page.viewport(1280, 800)
    const messenger = ana()
    const invitation = {
      name: 'Climbers',
      text: 'come along',
      receivedAt: Date.now(),
      fingerprint: 'b0'.padEnd(64, '7'),
      group: { invitedBy: 'Bo', people: ['Bo', 'Gil'] },
    }
    messenger.addRequest({ id: 'bb', ...invitation })
    messenger.addRequest({ id: 'cc', ...invitation, name: 'Divers' })
    await mountApp('#requests', messenger)
    await expect
      .element(page.getByRole('link', { name: 'Requests', exact: true }))
      .toHaveAccessibleDescription(/2 waiting/)
    const list = page.getByRole('list', { name: 'Requests', exact: true })
    const climbers = list.getByRole('listitem', { name: 'Climbers', exact: true })
    await expect.element(climbers).toMatchTextContent(/Bo asks you into this group/)
    await expect.element(climbers).toMatchTextContent(/Bo, Gil/)
    await expect.element(climbers).toMatchTextContent(/come along/)
    // Nobody signed it, so there is nothing to report.
    await expect.element(climbers.getByRole('button', { name: 'Report' })).not.toBeInTheDocument()
    await climbers.getByRole('button', { name: 'Accept', exact: true }).click()
    await expect.element(page.getByText(/Climbers is among your messages as soon as the device of Bo/)).toBeVisible()
    await list.getByRole('listitem', { name: 'Divers', exact: true }).getByRole('button', { name: 'Delete' }).click()
    await expect.element(page.getByText('No requests are waiting.')).toBeVisible()
    expect(await messenger.requests.list()).toEqual([])
  })

  it('is answered by blocking who asks, and says who that is', async () => {
    await page.viewport(1280, 800)
    const messenger = ana()
    const fingerprint = 'b0'.padEnd(64, '7')
    const group = { invitedBy: 'Bo', people: ['Bo', 'Gil'] }
    messenger.addRequest({ id: 'bb', name: 'Climbers', receivedAt: Date.now(), fingerprint, group })
    await mountApp('#requests', messenger)
    const climbers = page.getByRole('listitem', { name: 'Climbers', exact: true })
    await expect.element(climbers.getByText('Block is for Bo: nothing of them arrives', { exact: false })).toBeVisible()
    await climbers.getByRole('button', { name: 'Block', exact: true }).click()
    await expect.element(climbers).not.toBeInTheDocument()
    expect((await messenger.contacts.get('b0'))?.state).toBe('blocked')
  })
})
