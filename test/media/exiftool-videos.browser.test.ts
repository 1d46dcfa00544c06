// What leaves of a video or a voice note, read by somebody else, and played. Videos of real cameras, where they are at hand.

import { describe, expect, it } from 'vitest'
import { commands } from 'vitest/browser'
import type { QualityOutlook } from '../../src/media/client/browser-media.ts'
import { indexOfText, latin1 } from './bytes.ts'
import { base64, expectRefusal, play, prepare, preparer } from './in-browser.ts'
import { recordVideo } from './recordings.ts'

type Outcome = readonly [encoding: QualityOutlook['encoding'], width: number, height: number]

const qualities = ['standard', 'hd', 'original'] as const
const fullHd: readonly Outcome[] = [
  ['converted', 1280, 720],
  ['kept', 1920, 1080],
  ['kept', 1920, 1080],
]
/** In the order of `qualities`; sizes as displayed. */
const outcomes: Readonly<Record<string, readonly Outcome[]>> = {
  'plain-h264.mp4': fullHd,
  'loc-android-udta.mp4': fullHd,
  'loc-iphone-keys.mov': fullHd,
  'rotated.mp4': [
    ['converted', 720, 1280],
    ['kept', 1080, 1920],
    ['kept', 1080, 1920],
  ],
  'variable-frame-rate.mp4': [
    ['converted', 1280, 586],
    ['converted', 1920, 880],
    ['kept', 3026, 1386],
  ],
  // Chromium on Linux decodes no HEVC: it goes as it is, and that is said.
  'hevc.mp4': qualities.map(() => ['kept', 1920, 1080]),
}

/** Groups of exiftool for what describes pictures and sound; user data, keys, item lists and XMP have groups of their own. */
const plainGroup = /^(File|ExifTool|System|QuickTime|Track\d+|Composite)$/
const personal =
  /gps|location|place|title|name|author|artist|owner|make|model|software|comment|description|encod|vendor/i
const secrets = ['+48.', '+37.', 'apple', 'Android', 'Lavf', 'ilst', 'udta', 'meta', 'uuid']

const names = await commands.realVideoNames()

describe.runIf(names.length > 0)('videos of real cameras', () => {
  for (const name of names) {
    const expected = outcomes[name]
    if (expected === undefined) {
      it(`${name} is refused`, async () => {
        const file = await read(name)
        for (const quality of qualities) await expectRefusal(file, 'damaged', quality)
        await expect(preparer.inspectVideo(file)).rejects.toMatchObject({ code: 'damaged' })
      })
      continue
    }
    for (const [index, quality] of qualities.entries()) {
      it(`${name} in ${quality} leaves upright, in the size that was said, without a trace, and plays`, async () => {
        const file = await read(name)
        const outlook = (await preparer.inspectVideo(file)).at[quality]
        expect([outlook.encoding, outlook.width, outlook.height]).toEqual(expected[index])
        const { media, bytes } = await prepare(file, quality)
        expect(media).toMatchObject({ kind: 'video', mime: 'video/mp4', width: outlook.width, height: outlook.height })
        expect(bytes.length).toBeLessThan(outlook.sizeBytes * 1.25)
        expect(bytes.length).toBeLessThanOrEqual(file.length)
        expect(Math.abs((media.durationMs ?? 0) - outlook.durationMs)).toBeLessThan(100)
        // The table of contents comes first: players begin with what they have.
        expect(indexOfText(bytes, 'moov')).toBeLessThan(100)
        const head = bytes.subarray(0, indexOfText(bytes, 'mdat'))
        expect(secrets.filter((secret) => indexOfText(head, secret) >= 0)).toEqual([])
        expect(await personalTags(bytes)).toEqual([])
        // Where this browser cannot decode it there is no still, and it plays for others perhaps.
        const shown = outlook.plays === 'everywhere' ? await play(bytes) : undefined
        const edge = Math.max(media.poster?.width ?? 0, media.poster?.height ?? 0)
        const expectedShown = shown && [outlook.width, outlook.height, 1280]
        expect(shown && [shown.width, shown.height, edge]).toEqual(expectedShown)
        expect(media.poster === undefined).toBe(shown === undefined)
      })
    }
  }
})

it('a video and a voice note made here leave without a trace', async () => {
  for (const container of ['mp4', 'mkv'] as const) {
    const file = await recordVideo({ container, sound: 'opus', bitrate: 8_000_000 })
    expect(await personalTags(file)).not.toEqual([])
    for (const quality of qualities) expect(await personalTags((await prepare(file, quality)).bytes)).toEqual([])
    const media = await preparer.prepare(file, { quality: 'standard', voice: true })
    expect(await personalTags(await media.read(0, media.sizeBytes))).toEqual([])
    await media.close()
  }
})

async function read(name: string): Promise<Uint8Array> {
  return latin1(atob(await commands.realVideo(name)))
}

async function personalTags(video: Uint8Array): Promise<string[]> {
  const tags = await commands.exifTags(await base64(video))
  return Object.entries(tags).flatMap(([tag, value]) => {
    const [group = '', tagName = ''] = tag.split(':')
    if (tag === 'SourceFile' || /^(File|ExifTool|System)$/.test(group)) return []
    const isDate = tagName.endsWith('Date') && value !== '0000:00:00 00:00:00'
    return !plainGroup.test(group) || isDate || personal.test(tagName) ? [`${tag}=${String(value)}`] : []
  })
}
