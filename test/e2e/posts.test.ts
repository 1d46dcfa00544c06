// A post for a day: those who follow its author get it, who looked at it is told, and an answer is between the two.

import { expect, it } from 'vitest'
import type { AppPage } from '../support/app-page.ts'
import { mediaFiles, photoWithLocation } from '../support/media.ts'
import { openPerson } from '../support/person.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { names } from '../support/stories.ts'

it('shows a post to followers alone, names who saw it, is answered in private, and goes when its author deletes it', async () => {
  await using relay = await startRelayProcess()
  await using files = await mediaFiles({ 'photo.jpg': await photoWithLocation() })
  await using people = new AsyncDisposableStack()
  const open = async (name: string): Promise<AppPage> => {
    const app = await people.use(await openPerson(name, { relayUrl: relay.url })).app()
    await app.startAs(name)
    return app
  }
  const [ana, bo, cleo] = [await open(names.ana), await open(names.bo), await open(names.cleo)]
  for (const [friend, name] of [
    [bo, names.bo],
    [cleo, names.cleo],
  ] as const) {
    await friend.open(await ana.createInvite())
    await friend.connectWith(names.ana)
    await ana.acceptRequest(name)
  }
  // Both ask to follow; Ana gives her word to one of them.
  for (const app of [bo, cleo]) {
    await app.openConversation(names.ana)
    await app.follow()
  }
  await ana.approveFollower(names.bo)
  await bo.page.getByText('You follow, and get their posts.').waitFor()

  await ana.goTo('Posts')
  await ana.page.getByText('Goes to 1 follower').waitFor()
  await ana.newPost('From the roof', [files.path('photo.jpg')])
  await ana.page.getByRole('button', { name: 'View my posts' }).waitFor()

  const seen = await bo.lookAtPosts(names.ana)
  await seen.getByText('From the roof').waitFor()
  await seen.getByRole('img', { name: 'Photo' }).waitFor()
  await seen.getByRole('textbox', { name: `Reply to ${names.ana}` }).fill('I can see my house')
  await seen.getByRole('button', { name: 'Send reply' }).click()
  await seen.getByText('Sent, in your conversation.').waitFor()

  // The answer is in their conversation, and shows what it answers.
  await ana.openConversation(names.bo)
  const answer = ana.article('I can see my house')
  await answer.getByText('From the roof').waitFor()

  await ana.goTo('Posts')
  await ana.page.getByRole('button', { name: 'View my posts' }).click()
  const mine = ana.page.getByRole('dialog', { name: 'My posts' })
  await mine.getByRole('button', { name: 'Stay on this post', exact: true }).click()
  await mine.getByRole('button', { name: 'Seen by 1 of 1' }).click()
  const viewers = ana.page.getByRole('dialog', { name: 'Who has seen it' })
  await viewers.getByRole('list', { name: 'Seen by', exact: true }).getByRole('listitem').getByText(names.bo).waitFor()
  await viewers.getByText(/^Until /).waitFor()
  await viewers.getByRole('button', { name: 'Close', exact: true }).click()

  // Who only asked to follow has nothing of it, neither the post nor the answer.
  await cleo.page.getByText('You follow, and wait for their word.').waitFor()
  await cleo.goTo('Posts')
  await cleo.page.getByText('Nothing new.').waitFor()
  expect(await cleo.page.getByRole('button', { name: `Posts of ${names.ana}` }).count()).toBe(0)

  await mine.getByRole('button', { name: 'Delete', exact: true }).click()
  const question = ana.page.getByRole('dialog', { name: 'Delete this post?' })
  await question.getByRole('button', { name: 'Delete for everybody' }).click()
  await mine.waitFor({ state: 'detached' })
  await ana.page.getByRole('button', { name: 'View my posts' }).waitFor({ state: 'detached' })
  // Also for who is looking at it.
  await seen.waitFor({ state: 'detached' })
  await bo.goTo('Posts')
  await bo.page.getByText('Nothing new.').waitFor()
})
