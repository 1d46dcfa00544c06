// The same story without the app: two Node processes, and a Node process with a browser.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createMessenger } from '../../src/index.ts'
import type { MessageView, Messenger } from '../../src/index.ts'
import { nodePlatform } from '../../src/node.ts'
import { mediaFiles, photoWithLocation, secretsInMedia, sha256, videoWithLocation } from '../support/media.ts'
import { openPerson } from '../support/person.ts'
import { startEcho } from '../support/program.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { names } from '../support/stories.ts'

it('carries text, a photo and a video between two Node processes', async () => {
  await using relay = await startRelayProcess()
  await using folder = await temporaryFolder()
  await using ana = await createMessenger({
    platform: nodePlatform({ directory: folder.path }),
    relays: [relay.url],
    profile: { name: names.ana },
  })
  const inbox = collect(ana)
  const invite = await ana.invites.create({ uses: 1 })
  await using _bo = await startEcho({ relayUrl: relay.url, link: invite.link, name: names.bo })
  const contact = await acceptFirst(ana)
  expect(contact.name).toBe(names.bo)

  const hello = await ana.send(contact.conversationId, { text: 'Hello from Node' })
  await hello.state('seen')
  await expect.poll(() => inbox.map(({ text }) => text), patience).toContain('You said: Hello from Node')

  const photo = await ana.send(contact.conversationId, { media: [{ data: await photoWithLocation() }] })
  await photo.state('seen')
  const sentPhoto = await readFirstAttachment(ana, photo.id)
  expect(sentPhoto.includes(secretsInMedia.camera)).toBe(false)
  await expect.poll(() => inbox.map(({ text }) => text), patience).toContain(`photo ${sha256(sentPhoto)}`)

  const video = await ana.send(contact.conversationId, { media: [{ data: await videoWithLocation() }] })
  await video.state('seen')
  const sentVideo = await readFirstAttachment(ana, video.id)
  expect(sentVideo.includes(secretsInMedia.videoPlace)).toBe(false)
  await expect.poll(() => inbox.map(({ text }) => text), patience).toContain(`video ${sha256(sentVideo)}`)

  await expect.poll(() => inbox.filter(({ attachments }) => attachments.length > 0).length, patience).toBe(2)
  const [photoBack, videoBack] = inbox.filter(({ attachments }) => attachments.length > 0)
  expect(sha256(await readFirstAttachment(ana, photoBack?.id ?? ''))).toBe(sha256(sentPhoto))
  expect(sha256(await readFirstAttachment(ana, videoBack?.id ?? ''))).toBe(sha256(sentVideo))
})

it('carries text, a photo and a video between a browser and a Node process', async () => {
  await using relay = await startRelayProcess()
  await using files = await mediaFiles({
    'photo.jpg': await photoWithLocation(),
    'clip.mp4': await videoWithLocation(),
  })
  await using ana = await openPerson(names.ana, { relayUrl: relay.url })
  const app = await ana.app()
  await app.startAs(names.ana)
  const link = await app.createInvite()
  await using _bo = await startEcho({ relayUrl: relay.url, link, name: names.bo })
  await app.acceptRequest(names.bo)
  await app.openConversation(names.bo)

  const hello = await app.sendText('Hello from a browser')
  await app.waitForState(hello, 'Seen')
  await app.article('You said: Hello from a browser').waitFor()

  const photo = await app.sendFiles([files.path('photo.jpg')])
  await app.waitForState(photo, 'Seen')
  const photoHash = sha256(await app.saveMedia(photo, 'photo'))
  await app.article(`photo ${photoHash}`).waitFor()
  const photoBack = app.articles.nth(4)
  expect(await app.shownSize(photoBack)).toEqual({ width: 800, height: 1200 })

  const video = await app.sendFiles([files.path('clip.mp4')])
  await app.waitForState(video, 'Seen')
  await app.article(`video ${sha256(await app.saveMedia(video, 'video'))}`).waitFor()
})

const patience = { timeout: 45_000 }

async function acceptFirst(messenger: Messenger) {
  await expect.poll(() => messenger.requests.list(), patience).toHaveLength(1)
  const [request] = await messenger.requests.list()
  return messenger.requests.accept(request?.id ?? '')
}

function collect(messenger: Messenger): readonly MessageView[] {
  const messages: MessageView[] = []
  messenger.addEventListener('message', ({ detail }) => messages.push(detail))
  return messages
}

async function readFirstAttachment(messenger: Messenger, messageId: string): Promise<Buffer> {
  const message = await messenger.messages.get(messageId)
  const [attachment] = message?.attachments ?? []
  if (attachment === undefined) throw new Error('the message has no attachment')
  const parts: Uint8Array[] = []
  for await (const part of messenger.media.read(attachment)) parts.push(part)
  return Buffer.concat(parts)
}

async function temporaryFolder(): Promise<{ readonly path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), 'safelight-node-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}
