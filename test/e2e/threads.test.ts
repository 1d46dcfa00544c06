// What two people do to each other's messages, over a real relay: answers, reactions, edits, taking back, pins, a timer.

import { expect, it } from 'vitest'
import type { Locator } from 'playwright'
import type { AppPage } from '../support/app-page.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { meet, names } from '../support/stories.ts'

async function choose({ page }: AppPage, article: Locator, action: string): Promise<void> {
  await article.hover()
  await article.getByRole('button', { name: 'Message options' }).click()
  await page.getByRole('menu').getByRole('menuitem', { name: action, exact: true }).click()
}

async function react({ page }: AppPage, article: Locator, emoji: string): Promise<void> {
  await article.hover()
  await article.getByRole('button', { name: 'Message options' }).click()
  await page.getByRole('menuitemradio', { name: emoji }).click()
}

it('answers, reacts, edits, takes back and pins, and both see it', async () => {
  await using relay = await startRelayProcess()
  await using friends = await meet({ relayUrl: relay.url })
  const { anaApp, boApp } = friends
  await anaApp.sendText('See you at six')
  await boApp.article('See you at six').waitFor()

  await anaApp.waitUntilDirect()
  await boApp.page.getByRole('textbox', { name: 'Message', exact: true }).pressSequentially('I')
  await anaApp.page.getByText(`${names.bo} is typing…`).waitFor()

  await choose(boApp, boApp.article('See you at six'), 'Reply')
  await boApp.page.getByText(`Reply to ${names.ana}`).waitFor()
  await boApp.sendText('I will be there')
  const answer = anaApp.article('I will be there')
  await answer.getByRole('button', { name: /^Answers Ana Quillfeather.*See you at six/ }).waitFor()

  const first = anaApp.articles.first()
  await react(boApp, boApp.articles.first(), '❤️')
  await first.getByRole('button', { name: `❤️ ${names.bo}` }).waitFor()
  await first.getByText('Liked').waitFor()
  await react(boApp, boApp.articles.first(), '👍')
  await first.getByRole('button', { name: `👍 ${names.bo}` }).waitFor()
  expect(await first.getByRole('button', { name: '❤️' }).count()).toBe(0)

  await choose(anaApp, first, 'Edit')
  await anaApp.page.getByRole('textbox', { name: 'Message', exact: true }).fill('See you at seven')
  await anaApp.send()
  await boApp.articles.first().getByText('See you at seven').waitFor()
  await boApp.articles.first().getByText('Edited').click()
  await boApp.page.getByRole('list', { name: 'Earlier texts' }).getByText('See you at six').waitFor()

  await choose(anaApp, first, 'Pin')
  const bar = boApp.page.getByRole('region', { name: 'Pinned messages' })
  await bar.getByText('See you at seven').waitFor()
  await choose(boApp, boApp.articles.first(), 'Unpin')
  await bar.waitFor({ state: 'hidden' })
  await anaApp.page.getByRole('region', { name: 'Pinned messages' }).waitFor({ state: 'hidden' })

  await choose(anaApp, first, 'Unsend for everyone')
  await anaApp.page.getByRole('dialog').getByRole('button', { name: 'Unsend', exact: true }).click()
  await boApp.article(`${names.ana} took a message back`).waitFor()
  await anaApp.article('You took a message back').waitFor()
  for (const app of [anaApp, boApp]) expect(await app.page.getByText('See you at').count()).toBe(0)
})

it('lets messages disappear on both sides after they were seen', async () => {
  await using relay = await startRelayProcess()
  await using friends = await meet({ relayUrl: relay.url })
  const { anaApp, boApp } = friends
  await anaApp.sendText('This one stays')
  await boApp.article('This one stays').waitFor()
  await anaApp.page.getByRole('link', { name: 'Details' }).click()
  await anaApp.page.getByLabel('Disappearing messages').selectOption({ label: '30 seconds' })
  await boApp.article(`${names.ana} set messages to disappear after 30 seconds`).waitFor()
  await anaApp.page.goBack()
  await anaApp.article('You set messages to disappear after 30 seconds').waitFor()

  const sent = await anaApp.sendText('This one goes')
  const received = boApp.article('This one goes')
  for (const article of [sent, received]) await article.getByText(/\d+ sec/).waitFor()
  await received.waitFor({ state: 'detached' })
  await sent.waitFor({ state: 'detached' })
  for (const app of [anaApp, boApp]) expect(await app.article('This one stays').count()).toBe(1)
})
