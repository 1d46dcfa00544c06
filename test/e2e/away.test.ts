// One of the two is away: the relay keeps what is sealed, and can read none of it.

import { expect, it } from 'vitest'
import { decodeInviteLink } from '../../src/protocol/invite/link.ts'
import { mediaFiles, photoWithLocation, secretsInMedia, sha256, videoWithLocation } from '../support/media.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { meet, names } from '../support/stories.ts'

it.each([
  { network: 'with direct connections possible', ice: true },
  { network: 'with WebRTC blocked', ice: false },
])('delivers a photo, a video and a text to somebody who was away, $network', async ({ ice }) => {
  await using relay = await startRelayProcess()
  await using files = await mediaFiles({
    'photo.jpg': await photoWithLocation(),
    'clip.mp4': await videoWithLocation(),
  })
  await using friends = await meet({ relayUrl: relay.url, ice })
  const { ana, bo, anaApp, link } = friends
  await anaApp.sendText('Are you there?')
  await friends.boApp.article('Are you there?').waitFor()
  await bo.closeBrowser()

  // One right after the other: what takes longer to prepare is not overtaken.
  await anaApp.sendFiles([files.path('photo.jpg')])
  await anaApp.sendFiles([files.path('clip.mp4')])
  const text = await anaApp.sendText('The lighthouse at dusk')
  const photo = anaApp.withMedia('photo')
  const video = anaApp.withMedia('video')
  for (const article of [photo, video, text]) await anaApp.waitForState(article, `Kept by ${relay.name} until …`)
  const sentPhoto = sha256(await anaApp.saveMedia(photo, 'photo'))
  const sentVideo = sha256(await anaApp.saveMedia(video, 'video'))
  await ana.closeBrowser()
  await expectNothingReadable(relay, link)

  const boApp = await bo.app()
  await boApp.openConversation(names.ana)
  await boApp.article('The lighthouse at dusk').waitFor()
  await expect.poll(() => boApp.articles.count(), { timeout: 60_000 }).toBe(4)
  expect(sha256(await boApp.saveMedia(boApp.articles.nth(1), 'photo'))).toBe(sentPhoto)
  expect(sha256(await boApp.saveMedia(boApp.articles.nth(2), 'video'))).toBe(sentVideo)
  expect(await boApp.articles.nth(3).textContent()).toContain('The lighthouse at dusk')

  const again = await ana.app()
  await again.openConversation(names.bo)
  await again.waitForState(again.article('The lighthouse at dusk'), 'Seen')
})

async function expectNothingReadable(
  relay: Awaited<ReturnType<typeof startRelayProcess>>,
  link: string,
): Promise<void> {
  const decoded = decodeInviteLink(link)
  if (!decoded.ok) throw new Error('the invite does not decode')
  const secrets: Readonly<Record<string, Buffer>> = {
    'a name': Buffer.from(names.ana),
    'the other name': Buffer.from(names.bo),
    'a text': Buffer.from('The lighthouse at dusk'),
    'an earlier text': Buffer.from('Are you there?'),
    'a camera': Buffer.from(secretsInMedia.camera),
    'a title': Buffer.from(secretsInMedia.videoTitle),
    'the start of a JPEG': Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, 0x4a, 0x46]),
    'the start of an MP4': Buffer.from('ftypisom'),
    'the key of the invite': Buffer.from(decoded.invite.psk),
    'the capability of the invite': Buffer.from(decoded.invite.writeKey),
    'the account': Buffer.from(decoded.invite.fingerprint),
  }
  const stored = await relay.storedFiles()
  expect(stored.length).toBeGreaterThan(0)
  for (const { bytes } of stored) {
    for (const [what, secret] of Object.entries(secrets)) {
      expect(bytes.includes(secret), what).toBe(false)
    }
  }
}
