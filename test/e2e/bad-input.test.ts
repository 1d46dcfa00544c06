// What is broken, foreign, full or gone: a sentence that says what happened, and everything else stays as it was.

import { createServer } from 'node:http'
import type { Server } from 'node:http'
import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { decodeInviteLink, encodeInviteLink } from '../../src/protocol/invite/link.ts'
import type { InviteLink } from '../../src/protocol/invite/link.ts'
import type { AppPage } from '../support/app-page.ts'
import { largeVideo, mediaFiles, photoWithLocation, videoWithLocation } from '../support/media.ts'
import { openPerson } from '../support/person.ts'
import { freePort, startRelayProcess } from '../support/relay-process.ts'
import { meet, names } from '../support/stories.ts'

it(
  'says what is wrong with an invite that is broken, expired, forged, used or leads nowhere',
  { timeout: 180_000 },
  async () => {
    await using relay = await startRelayProcess()
    await using ana = await openPerson(names.ana, { relayUrl: relay.url })
    await using bo = await openPerson(names.bo, { relayUrl: relay.url })
    await using cleo = await openPerson(names.cleo, { relayUrl: relay.url })
    await using stranger = await serve((_, response) => response.end('<p>Some other page</p>'))
    await using foreign = await serve((request, response) => {
      if (request.url === '/.well-known/safelight')
        response.end(JSON.stringify({ service: 'safelight', versions: [99] }))
      else response.writeHead(404).end()
    })
    const anaApp = await ana.app()
    await anaApp.startAs(names.ana)
    const link = await anaApp.createInvite()
    const decoded = decodeInviteLink(link)
    if (!decoded.ok) throw new Error('the invite does not decode')
    const { invite } = decoded
    const changed = (change: Partial<InviteLink>): string =>
      encodeInviteLink({ ...invite, ...change }).replace(/^.*\/#/, `${relay.url}/#`)

    bo.expectNetworkTrouble()
    const boApp = await bo.app()
    await boApp.startAs(names.bo)
    const silent = await freePort()
    const cases: readonly (readonly [link: string, sentence: RegExp])[] = [
      [link.slice(0, -9), /not a complete invite/],
      [`${relay.url}/#i/AAAA`, /not a complete invite/],
      [changed({ expiresAtMs: Date.now() - 86_400_000 }), /expired/],
      [changed({ fingerprint: randomBytes(32) }), /does not hold what this link promises/],
      [changed({ psk: randomBytes(32) }), /does not hold what this link promises/],
      [changed({ writeKey: randomBytes(32) }), /used or withdrawn|does not hold/],
      [changed({ relays: [`http://localhost:${silent}`] }), /relay does not answer/],
      [changed({ relays: [stranger.url] }), /no Safelight relay/],
      [changed({ relays: [foreign.url] }), /another version/],
    ]
    for (const [bad, sentence] of cases) {
      await boApp.open('about:blank')
      await boApp.open(bad)
      await boApp.tryToConnect()
      await expectSentence(boApp, sentence)
    }

    await boApp.open('about:blank')
    await boApp.open(link)
    await boApp.connectWith(names.ana)
    await boApp.page.getByRole('heading', { name: names.ana, exact: true }).waitFor()
    const cleoApp = await cleo.app()
    await cleoApp.open(link)
    await cleoApp.startAs(names.cleo)
    await cleoApp.tryToConnect()
    await expectSentence(cleoApp, /already used or withdrawn/)
    const ownApp = await ana.openTab()
    await ownApp.open(link)
    await ownApp.tryToConnect()
    await expectSentence(ownApp, /your own invite/)
  },
)

it('refuses files that are no media, empty or damaged, and sends what is good after them', async () => {
  await using relay = await startRelayProcess()
  const photo = await photoWithLocation()
  const video = await videoWithLocation()
  await using files = await mediaFiles({
    'notes.txt': Buffer.from('These are notes, whatever the name of the file says.'),
    'notes.jpg': Buffer.from('These are notes, whatever the name of the file says.'),
    'empty.jpg': Buffer.alloc(0),
    'broken.jpg': Buffer.concat([photo.subarray(0, 600), randomBytes(2_000)]),
    'truncated.mp4': video.subarray(0, Math.floor(video.length / 2)),
    'good.jpg': photo,
  })
  await using friends = await meet({ relayUrl: relay.url })
  const { anaApp, boApp } = friends
  const cases: readonly (readonly [path: string, sentence: RegExp])[] = [
    [files.path('notes.txt'), /not a photo or a video/],
    [files.path('notes.jpg'), /not a photo or a video|damaged/],
    [files.path('empty.jpg'), /empty/],
    [files.path('broken.jpg'), /damaged|cannot read/],
    [files.path('truncated.mp4'), /damaged|cannot read/],
  ]
  for (const [path, sentence] of cases) {
    await anaApp.chooseFiles([path])
    await anaApp.sendUnlessRefused(sentence)
    await expectSentence(anaApp, sentence)
    await anaApp.reload()
  }
  expect(await anaApp.articles.count()).toBe(0)
  const good = await anaApp.sendFiles([files.path('good.jpg')])
  await anaApp.waitForState(good, 'Seen')
  expect(await boApp.articles.count()).toBe(1)
})

it('keeps a message while the relay is down and delivers it afterwards', async () => {
  await using relay = await startRelayProcess()
  await using friends = await meet({ relayUrl: relay.url, ice: false })
  const { ana, bo, anaApp, boApp } = friends
  ana.expectNetworkTrouble()
  bo.expectNetworkTrouble()
  await anaApp.sendText('Before the storm')
  await boApp.article('Before the storm').waitFor()
  await relay.kill('SIGKILL')
  const kept = await anaApp.sendText('In the storm')
  await anaApp.waitForState(kept, 'Sending')
  await anaApp.reload()
  await anaApp.waitForState(anaApp.article('In the storm'), 'Sending')
  await relay.restart()
  await boApp.article('In the storm').waitFor()
  await anaApp.waitForState(anaApp.article('In the storm'), 'Seen')
  expect(await boApp.article('In the storm').count()).toBe(1)
})

it('says that the relay is full, keeps the video on the device, and still takes text', async () => {
  await using relay = await startRelayProcess({ env: { SAFELIGHT_MAX_DISK: '3M' } })
  await using files = await mediaFiles({ 'long.mp4': await largeVideo(8_000_000) })
  await using friends = await meet({ relayUrl: relay.url, ice: false })
  const { ana, bo, anaApp } = friends
  ana.expectNetworkTrouble()
  await anaApp.sendText('A big one next')
  await friends.boApp.article('A big one next').waitFor()
  await bo.closeBrowser()
  const video = await anaApp.sendFiles([files.path('long.mp4')], 'Original')
  await anaApp.waitForState(video, 'Failed')
  await video
    .getByText(/relay is full|relay has no room|size limit/)
    .first()
    .waitFor()
  await anaApp.waitForState(await anaApp.sendText('Text still goes'), `Kept by ${relay.name} until …`)
})

async function expectSentence(app: AppPage, sentence: RegExp): Promise<void> {
  await app.page.getByText(sentence).first().waitFor()
}

async function serve(handler: Parameters<typeof createServer>[1]): Promise<{ readonly url: string } & AsyncDisposable> {
  const server: Server = createServer((request, response) => {
    response.setHeader('access-control-allow-origin', '*')
    handler?.(request, response)
  }).listen(await freePort())
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://localhost:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
