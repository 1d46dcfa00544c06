// Instagram Direct, as it began: a photo for several people, who see who else has it; what became of it with each of them, what
// they say of it, and that it is taken back from all. And the media of somebody who asks are hidden, and are not even fetched,
// until they are accepted.

import { expect, it } from 'vitest'
import { isWhole } from '../support/library-person.ts'
import { mediaFiles, photoWithLocation } from '../support/media.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { acquaint, ask, invite, names } from '../support/stories.ts'
import { watchSegments } from '../support/traffic.ts'

const group = 'The pier at six'

it('goes to several people, tells of each how far it got and what they say of it, and is taken back from all', async () => {
  await using relay = await startRelayProcess()
  await using files = await mediaFiles({ 'photo.jpg': await photoWithLocation() })
  await using people = await acquaint({ relayUrl: relay.url })
  const { ana, bo, cleo, anaAtCleo } = people
  // Cleo follows Ana, and Bo does not.
  await cleo.messenger.follows.add(anaAtCleo)

  await ana.makeGroup([names.bo, names.cleo], group)
  await ana.article(`You added ${names.cleo}`).waitFor()
  await ana.sendFiles([files.path('photo.jpg')])
  const sent = ana.feed.getByRole('article', { name: 'You, photo' })
  const { id, conversationId } = await cleo.message(group, isWhole)
  await cleo.messenger.conversations.markSeen(conversationId, id)
  await ana.waitForState(sent, 'Seen')

  // Who does not follow is asked, and sees whom it is to.
  await bo.goTo('Requests')
  const request = bo.request(group)
  await request.getByText(`${names.ana} asks you into this group.`).waitFor()
  await request.getByText(`In it or asked: ${[names.ana, names.bo, names.cleo].join(', ')}`).waitFor()
  await request.getByRole('button', { name: 'Accept' }).click()
  await bo.openConversation(group)
  await bo.page.getByText(`${names.ana}, ${names.cleo} and you`).waitFor()
  const atBo = bo.feed.getByRole('article', { name: `${names.ana}, photo` })
  await expect.poll(() => bo.shownSize(atBo), { timeout: 60_000 }).toEqual({ width: 800, height: 1200 })
  await bo.react(atBo, '❤️')

  await sent.locator('summary').getByText('Seen', { exact: true }).click()
  const delivery = sent.getByRole('list', { name: 'Delivery' }).getByRole('listitem')
  const stateOf = (name: string) => delivery.filter({ hasText: name }).getByText(/^Seen/)
  await stateOf(names.bo).filter({ hasText: 'Liked' }).waitFor()
  await stateOf(names.cleo).waitFor()
  expect(await delivery.count()).toBe(2)
  expect(await stateOf(names.cleo).filter({ hasText: 'Liked' }).count()).toBe(0)

  // Bo and Cleo have never met, and she may not have heard yet that he is in it.
  await cleo.messenger.send(conversationId, { text: 'How warm was it?', replyTo: id })
  const comment = bo.feed.getByRole('article', { name: `${names.cleo}, text` })
  await comment.getByRole('button', { name: new RegExp(`^Answers ${names.ana}.*Photo`) }).waitFor()
  await bo.sendText('Warm enough to jump')
  await cleo.message(group, ({ text, senderName }) => text === 'Warm enough to jump' && senderName === names.bo)
  await cleo.messenger.messages.react(id, '👍')
  await atBo.getByRole('button', { name: `👍 ${names.cleo}` }).waitFor()

  await ana.unsend(sent)
  await bo.article(`${names.ana} took a message back`).waitFor()
  expect(await atBo.count()).toBe(0)
  await comment.getByText('An earlier message that is no longer here').waitFor()
  const atCleo = await cleo.message(group, ({ unsentAt }) => unsentAt !== undefined)
  expect(atCleo).toMatchObject({ id, attachments: [] })
})

it('shows the media of a stranger blurred, and fetches none of it before they are accepted', async () => {
  await using relay = await startRelayProcess()
  await using files = await mediaFiles({ 'photo.jpg': await photoWithLocation() })
  await using invited = await invite({ relayUrl: relay.url, ice: false })
  const { ana, bo, anaApp, link } = invited
  const fetched = watchSegments(await ana.openBrowser()).get
  const boApp = await ask(bo, link)
  await boApp.openConversation(names.ana)
  const sent = await boApp.sendFiles([files.path('photo.jpg')])
  await boApp.waitForState(sent, `Kept by ${relay.name} until …`)

  await anaApp.goTo('Requests')
  const request = anaApp.request(names.bo)
  await request.getByText('One message waits, with photo. Media are fetched when you accept.').waitFor()
  await request.getByRole('group', { name: 'Blurred' }).getByText('Photo').waitFor()
  expect(fetched.size).toBe(0)
  expect(await sent.getByText(/Delivered|Seen/).count()).toBe(0)

  await request.getByRole('button', { name: 'Accept' }).click()
  await expect
    .poll(() => anaApp.shownSize(anaApp.withMedia('photo').first()), { timeout: 60_000 })
    .toEqual({ width: 800, height: 1200 })
  expect(fetched.size).toBeGreaterThan(0)
  await boApp.waitForState(sent, 'Seen')
})
