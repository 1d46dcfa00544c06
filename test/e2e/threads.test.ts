// What two people do to each other's messages, over a real relay: answers, reactions, edits, taking back, pins, a timer.

import { expect, it } from 'vitest'
import { startRelayProcess } from '../support/relay-process.ts'
import { meet, names } from '../support/stories.ts'

it('answers, reacts, edits, takes back and pins, and both see it', async () => {
  await using relay = await startRelayProcess()
  await using friends = await meet({ relayUrl: relay.url })
  const { anaApp, boApp } = friends
  await anaApp.sendText('See you at six')
  await boApp.article('See you at six').waitFor()
  const [first, firstAtBo] = [anaApp.articles.first(), boApp.articles.first()]

  // Told over a direct connection alone, which each of them knows of in their own time.
  await anaApp.waitUntilDirect()
  await boApp.waitUntilDirect()
  const isTyping = anaApp.page.getByText(`${names.bo} is typing…`)
  await boApp.typeUntil(async () => (await isTyping.count()) > 0)

  await boApp.chooseOption(firstAtBo, 'Reply')
  await boApp.page.getByText(`Reply to ${names.ana}`).waitFor()
  await boApp.sendText('I will be there')
  const answer = anaApp.article('I will be there')
  await answer.getByRole('button', { name: /^Answers Ana Quillfeather.*See you at six/ }).waitFor()

  await boApp.react(firstAtBo, '❤️')
  await first.getByRole('button', { name: `❤️ ${names.bo}` }).waitFor()
  await first.getByText('Liked').waitFor()
  await boApp.react(firstAtBo, '👍')
  await first.getByRole('button', { name: `👍 ${names.bo}` }).waitFor()
  await first.getByRole('button', { name: '❤️' }).waitFor({ state: 'detached' })

  await anaApp.edit(first, 'See you at seven')
  await firstAtBo.getByText('See you at seven').waitFor()
  await firstAtBo.getByText('Edited').click()
  await boApp.page.getByRole('list', { name: 'Earlier texts' }).getByText('See you at six').waitFor()

  await anaApp.chooseOption(first, 'Pin')
  const bar = boApp.page.getByRole('region', { name: 'Pinned messages' })
  await bar.getByText('See you at seven').waitFor()
  await boApp.chooseOption(firstAtBo, 'Unpin')
  await bar.waitFor({ state: 'detached' })
  await anaApp.page.getByRole('region', { name: 'Pinned messages' }).waitFor({ state: 'detached' })

  await anaApp.unsend(first)
  await boApp.article(`${names.ana} took a message back`).waitFor()
  await anaApp.article('You took a message back').waitFor()
  // Nor in what answers it.
  for (const app of [anaApp, boApp])
    await expect.poll(() => app.page.getByText('See you at').count(), { timeout: 30_000 }).toBe(0)
})

it('lets messages disappear on both sides after they were seen', async () => {
  await using relay = await startRelayProcess()
  await using friends = await meet({ relayUrl: relay.url })
  const { anaApp, boApp } = friends
  await anaApp.sendText('This one stays')
  await boApp.article('This one stays').waitFor()
  await anaApp.setTimer('30 seconds')
  await boApp.article(`${names.ana} set messages to disappear after 30 seconds`).waitFor()
  await anaApp.article('You set messages to disappear after 30 seconds').waitFor()

  const sent = await anaApp.sendText('This one goes')
  const received = boApp.article('This one goes')
  // Each counts down in its own time, and may be gone before somebody has looked at both.
  await Promise.all(
    [sent, received].map((article) => article.getByText('Disappears in').waitFor({ state: 'attached' })),
  )
  for (const article of [received, sent]) await article.waitFor({ state: 'detached' })
  for (const app of [anaApp, boApp]) expect(await app.article('This one stays').count()).toBe(1)
})
