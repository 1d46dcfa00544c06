import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as joinPath } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input } from 'mediabunny'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeMediaPreparer } from '../../src/media/node.ts'
import { box, fullBox } from '../../src/media/shared/mp4/box.ts'
import type { MediaProgress, MediaSource, MediaStage } from '../../src/messenger/ports.ts'
import { be, indexOfText, join, latin1 } from './bytes.ts'
import { avc1, film, fragmentedFilm } from './films.ts'
import { gif } from './gifs.ts'
import { jpeg, jpegSegment, png, secretJpegSegments } from './photos.ts'
import { secrets } from './secret-exif.ts'

const preparer = nodeMediaPreparer()
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(joinPath(tmpdir(), 'safelight-media-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true, force: true })
})

describe('preparing media in Node', () => {
  it('takes a path, a Blob or bytes, and drops the metadata', async () => {
    const file = jpeg({ before: secretJpegSegments(6) })
    const path = joinPath(folder, 'photo.jpg')
    await writeFile(path, file)
    for (const source of [path, new Blob([file.slice()]), file]) {
      const { media, bytes } = await prepare(source)
      expect(media).toMatchObject({ kind: 'photo', mime: 'image/jpeg', width: 8, height: 16 })
      expect(media.thumbhash).toBeUndefined()
      for (const secret of secrets) expect(indexOfText(bytes, secret)).toBe(-1)
    }
  })

  it('sends as a file whatever it is, byte for byte, and says what it is called', async () => {
    const file = jpeg({ before: secretJpegSegments(6) })
    const path = joinPath(folder, 'holiday.jpg')
    await writeFile(path, file)
    const named = new File(['<svg onload="alert(1)"/>'], 'a.svg', { type: 'Image/SVG+xml; charset=utf-8' })
    for (const [source, bytes, described] of [
      [path, file, { mime: 'application/octet-stream', name: path }],
      [named, latin1('<svg onload="alert(1)"/>'), { mime: 'image/svg+xml', name: 'a.svg' }],
      [new Blob([file.slice()], { type: '../..' }), file, { mime: 'application/octet-stream' }],
      [file, file, { mime: 'application/octet-stream' }],
    ] as const) {
      const media = await preparer.prepare(source, { quality: 'file' })
      expect(media).toMatchObject({ kind: 'file', width: 0, height: 0, ...described })
      expect(await media.read(0, media.sizeBytes)).toEqual(bytes)
      await media.close()
    }
    await expect(preparer.prepare(new Uint8Array(), { quality: 'file' })).rejects.toMatchObject({ code: 'empty' })
  })

  it('refuses to send a video of which a part was to be cut off', async () => {
    const video = { trim: { startMs: 0, endMs: 500 } } as const
    const file = film([{ handler: 'vide', entry: avc1(64, 48), chunks: [[new Uint8Array(5000)]] }])
    for (const quality of ['standard', 'original', 'file'] as const) {
      await expect(preparer.prepare(file, { quality, video })).rejects.toMatchObject({ code: 'unsupported' })
    }
  })

  it('reads any range of what it prepared', async () => {
    const media = await preparer.prepare(png(), { quality: 'original' })
    expect(await media.read(1, 4)).toEqual(latin1('PNG'))
    expect(await media.read(5, 5)).toEqual(new Uint8Array())
  })

  it('goes by the bytes and not by the name', async () => {
    const html = joinPath(folder, 'photo.png')
    await writeFile(html, '<!doctype html><script>alert(1)</script>')
    await expectRefusal(html, 'not-media')
    const picture = joinPath(folder, 'page.html')
    await writeFile(picture, png())
    expect((await prepare(picture)).media.mime).toBe('image/png')
  })

  it('refuses what it cannot send: nothing, other files, what needs pixels', async () => {
    await expectRefusal(new Uint8Array(), 'empty')
    await expectRefusal(latin1('<svg xmlns="http://www.w3.org/2000/svg"/>'), 'not-media')
    await expectRefusal(latin1('x'), 'not-media')
    await expectRefusal(latin1('GIF89a......'), 'damaged')
    await expectRefusal(join(be(4, 24), 'ftypavif', be(4, 0), 'avifmif1'), 'unsupported')
    await expectRefusal(join(be(4, 24), 'ftypheic', be(4, 0), 'mif1heic'), 'unsupported')
    // Without pixels a picture of unknown orientation cannot be set right.
    await expectRefusal(jpeg({ before: [jpegSegment(0xe1, 'Exif\0\0garbage')] }), 'damaged')
  })

  it('says of a refused file whether it could go out as it is', async () => {
    const refused = (source: MediaSource) => preparer.prepare(source, { quality: 'standard' })
    const heic = join(be(4, 24), 'ftypheic', be(4, 0), 'mif1heic')
    await expect(refused(heic)).rejects.toMatchObject({ code: 'unsupported', asFile: true })
    await expect(refused(latin1('<svg/>'))).rejects.toMatchObject({ code: 'not-media', asFile: true })
    await expect(refused(new Uint8Array())).rejects.toMatchObject({ code: 'empty', asFile: false })
    await expect(refused(joinPath(folder, 'missing.jpg'))).rejects.toMatchObject({ code: 'unreadable', asFile: false })
  })

  it('keeps an animation moving, and refuses one that is too large to play', async () => {
    const sent = await prepare(gif({ frames: 3, comment: secrets[4] }))
    expect(sent.media).toMatchObject({ kind: 'photo', mime: 'image/gif', width: 4, height: 2 })
    expect(indexOfText(sent.bytes, secrets[4])).toBe(-1)
    await expectRefusal(gif({ frames: 2, screen: [4096, 4096] }), 'too-large')
  })

  it('refuses a file that is not there, or is a folder', async () => {
    await expectRefusal(joinPath(folder, 'missing.jpg'), 'unreadable')
    await expectRefusal(folder, 'unreadable')
  })

  it('refuses a photo that is too large to be one, without reading it', async () => {
    const path = joinPath(folder, 'large.jpg')
    await writeFile(path, jpeg())
    await truncate(path, 200 * 1024 * 1024)
    await expectRefusal(path, 'too-large')
  })

  it('tells how much of a file it has read', async () => {
    for (const file of [fragmentedFilm(), jpeg()]) {
      const told: (MediaStage | undefined)[] = []
      const onProgress: MediaProgress = (_, stage) => void told.push(stage)
      const media = await preparer.prepare(file, { quality: 'original', onProgress })
      await media.close()
      for (const stage of told) expect(stage).toMatchObject({ kind: 'read', totalBytes: file.length })
      expect(told.at(0)).toMatchObject({ doneBytes: 0 })
      expect(told.at(-1)).toMatchObject({ doneBytes: file.length })
    }
  })

  it('mutes a video, and refuses to cut one or to make a voice note: that takes a browser', async () => {
    const entry = box('mp4a', new Uint8Array(28), fullBox('esds', 0, 0, Uint8Array.of(3, 3, 0, 1, 0)))
    const file = film([
      { handler: 'vide', entry: avc1(64, 48), chunks: [[latin1('picture')]] },
      { handler: 'soun', entry, chunks: [[latin1('speech')]] },
    ])
    const media = await preparer.prepare(file, { quality: 'standard', video: { mute: true } })
    const bytes = await media.read(0, media.sizeBytes)
    expect([indexOfText(bytes, 'picture') > 0, indexOfText(bytes, 'speech')]).toEqual([true, -1])
    const trim = { startMs: 0, endMs: 500 }
    const cut = preparer.prepare(file, { quality: 'standard', video: { trim } })
    await expect(cut).rejects.toMatchObject({ name: 'MediaError', code: 'unsupported' })
    const voice = preparer.prepare(file, { quality: 'standard', voice: true })
    await expect(voice).rejects.toMatchObject({ name: 'MediaError', code: 'unsupported' })
  })

  it('refuses to send a file as it is of which a part should not leave', async () => {
    for (const video of [{ trim: { startMs: 0, endMs: 500 } }, { mute: true }]) {
      const whole = preparer.prepare(jpeg(), { quality: 'file', video })
      await expect(whole).rejects.toMatchObject({ name: 'MediaError', code: 'unsupported', asFile: false })
    }
    const media = await preparer.prepare(jpeg(), { quality: 'file', video: { mute: false, posterMs: 0 } })
    expect(media.kind).toBe('file')
  })

  it('stops when cancelled', async () => {
    const cancelled = preparer.prepare(jpeg(), { quality: 'hd', signal: AbortSignal.abort() })
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('notices that a video changed while it was sent', async () => {
    const path = joinPath(folder, 'film.mp4')
    await writeFile(path, film([{ handler: 'vide', entry: avc1(64, 48), chunks: [[new Uint8Array(5000)]] }]))
    const media = await preparer.prepare(path, { quality: 'original' })
    await truncate(path, 1000)
    await expect(media.read(media.sizeBytes - 100, media.sizeBytes)).rejects.toMatchObject({ code: 'damaged' })
    await media.close()
  })
})

// Files of real cameras, where they are at hand.
const real = fileURLToPath(new URL('../../../shared/media/', import.meta.url))
if (existsSync(real)) {
  describe('media of real cameras', () => {
    const refused: Readonly<Record<string, string>> = {
      'corrupted.jpg': 'damaged',
      'phone-iphone.heic': 'unsupported',
      'truncated.mp4': 'damaged',
    }
    for (const name of readdirSync(joinPath(real, 'photos'))) {
      const path = joinPath(real, 'photos', name)
      it(refused[name] === undefined ? `${name} leaves without metadata` : `${name} is refused`, async () => {
        const reason = refused[name]
        if (reason !== undefined) return await expectRefusal(path, reason)
        const { bytes } = await prepare(path)
        // Up to the scan: behind it there is nothing but pixels.
        const head = bytes.subarray(0, indexOfText(bytes, '\xff\xda'))
        const traces = ['Nikon', 'NIKON', 'Apple', 'Nokia', 'http:', 'Photoshop', 'GPS', 'MPF', '20', 'Google']
        expect(traces.filter((trace) => indexOfText(head, trace) >= 0)).toEqual([])
        return undefined
      })
    }
    for (const name of readdirSync(joinPath(real, 'videos'))) {
      const path = joinPath(real, 'videos', name)
      it(refused[name] === undefined ? `${name} keeps every frame and no tag` : `${name} is refused`, async () => {
        const reason = refused[name]
        if (reason !== undefined) return await expectRefusal(path, reason)
        const { bytes, media } = await prepare(path)
        const before = await inspect(readFileSync(path))
        const after = await inspect(bytes)
        expect(after.tags).toEqual([])
        expect(after.tracks).toEqual(before.tracks)
        expect([media.width, media.height]).toEqual(before.size)
        expect(Math.abs((media.durationMs ?? 0) - before.durationMs)).toBeLessThan(2)
        expect(indexOfText(bytes, 'moov')).toBeLessThan(100)
        return undefined
      })
    }
  })
}

async function prepare(source: MediaSource) {
  const media = await preparer.prepare(source, { quality: 'original' })
  const bytes = await media.read(0, media.sizeBytes)
  await media.close()
  return { media, bytes }
}

async function expectRefusal(source: MediaSource, code: string): Promise<void> {
  await expect(preparer.prepare(source, { quality: 'standard' })).rejects.toMatchObject({ name: 'MediaError', code })
}

/** What an independent reader finds in a video: its tags, and every packet of every track. */
async function inspect(bytes: Uint8Array) {
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS })
  const video = await input.getPrimaryVideoTrack()
  const tracks = await Promise.all(
    (await input.getTracks()).map(async (track) => {
      const packets: (readonly [string, number, number])[] = []
      for await (const { type, timestamp, byteLength } of new EncodedPacketSink(track).packets()) {
        packets.push([type, Math.round(timestamp * 1e4), byteLength])
      }
      return { type: track.type, packets }
    }),
  )
  return {
    tags: Object.keys(await input.getMetadataTags()),
    tracks,
    size: [await video?.getDisplayWidth(), await video?.getDisplayHeight()],
    durationMs: (await input.computeDuration()) * 1000,
  }
}
