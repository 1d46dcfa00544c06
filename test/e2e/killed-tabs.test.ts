// A large video between two browsers whose tabs die again and again, now one's and now the other's: all of it arrives, and
// what leaves the sender twice is no more than what was under way. `SAFELIGHT_TEST_LONG=1`: 500 MB and ten deaths.

import { expect, it } from 'vitest'
import { segmentLayout } from '../../src/protocol/blob/layout.ts'
import { limits } from '../../src/protocol/limits.ts'
import { writeLongVideo } from '../bench/long-video.ts'
import { seededRandom } from '../protocol/seeded-random.ts'
import type { AppPage } from '../support/app-page.ts'
import { isLong } from '../support/long.ts'
import { mediaFiles, sha256 } from '../support/media.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { meet } from '../support/stories.ts'
import { watchDirect, watchSegments } from '../support/traffic.ts'

const sizeBytes = (isLong ? 500 : 48) * 1_000_000
const deaths = isLong ? 10 : 3
/** Where they die, who, and how. The short run is the same every time, the long one another each time. */
const seed = process.env['SAFELIGHT_TEST_SEED'] ?? (isLong ? new Date().toISOString() : 'dead tabs')
const { segmentBytes } = limits
/**
 * Segments that a death may cost: those under way (at most 8, `src/messenger/transfer/pace.ts`), and one that had come and
 * was not surely on the disk (`stored-blob.ts`).
 */
const ofDeath = 8 + 1
/** Segments that go besides the video: its still, its list of hashes, and for each connection what makes and proves it. */
const besides = 3
const patienceMs = isLong ? 600_000 : 180_000

it(
  `brings ${sizeBytes / 1_000_000} MB over though tabs of both die ${deaths} times (seed: ${seed})`,
  { timeout: 2 * patienceMs },
  async ({ annotate }) => {
    await using relay = await startRelayProcess()
    await using files = await mediaFiles({ 'long.mp4': new Uint8Array(0) })
    await writeLongVideo(files.path('long.mp4'), sizeBytes)
    await using friends = await meet({ relayUrl: relay.url })
    const { ana, bo } = friends
    for (const person of [ana, bo]) person.expectNetworkTrouble()
    const apps = { ana: friends.anaApp, bo: friends.boApp }
    const context = await ana.openBrowser()
    const direct = await watchDirect(context)
    const { put } = watchSegments(context)
    const { get } = watchSegments(await bo.openBrowser())
    const sentBytes = () => direct.sentBytes() + [...put.values()].reduce((sum, count) => sum + count, 0) * segmentBytes
    await apps.ana.reload()
    await apps.ana.waitUntilDirect()
    await apps.bo.waitUntilDirect()

    const before = sentBytes()
    await apps.ana.sendFiles([files.path('long.mp4')], 'Original')
    await apps.bo.articles.first().waitFor()
    const random = seededRandom(seed)
    const died: string[] = []
    for (let death = 0; death < deaths; death++) {
      const [chance = 0, who = 0, way = 0] = random(3)
      // Somewhere in its own share of the way.
      const place = before + (sizeBytes * (death + chance / 256)) / deaths
      await expect.poll(sentBytes, { timeout: patienceMs, interval: 10 }).toBeGreaterThan(place)
      const side = who % 2 === 0 ? 'ana' : 'bo'
      const how = way % 2 === 0 ? 'crashed' : 'closed'
      died.push(`${side} ${how} at ${((sentBytes() - before) / 1e6).toFixed(1)} MB`)
      apps[side] = await { ana, bo }[side].loseTab(how)
    }

    await apps.bo.openConversation(ana.name)
    await isWhole(apps.bo)
    await apps.ana.openConversation(bo.name)
    await apps.ana.waitForState(apps.ana.articles.first(), 'Seen', patienceMs)
    const sent = sentBytes() - before
    const received = await apps.bo.saveMedia(apps.bo.articles.first(), 'video')
    expect(received.length).toBeGreaterThan(0.99 * sizeBytes)
    expect(sha256(await apps.ana.saveMedia(apps.ana.articles.first(), 'video'))).toBe(sha256(received))
    const sealed = segmentLayout(received.length).segmentCount * segmentBytes
    const twice = sent - sealed
    await annotate(
      `${died.join(', ')}; ${put.size} segments put at the relay, ${get.size} fetched there; twice: ${((100 * twice) / sealed).toFixed(2)} %, ` +
        `${Math.round(twice / deaths / 1024)} KiB for each death`,
    )
    const most = (deaths * ofDeath + besides) * segmentBytes
    // In the short run each death costs as much, of far less.
    expect(twice).toBeLessThan(isLong ? Math.min(most, 0.05 * sealed) : most)
  },
)

async function isWhole(app: AppPage): Promise<void> {
  await app.articles.first().getByRole('button', { name: 'Play video' }).waitFor()
  await expect.poll(() => app.progress(app.articles.first(), 'Download'), { timeout: patienceMs }).toBe(1)
}
