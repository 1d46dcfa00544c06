import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { box, boxesOf, find, fourCc, need, viewOf } from '../../src/media/shared/mp4/box.ts'
import { plannedSource } from '../../src/media/shared/mp4/read-plan.ts'
import { stripVideo } from '../../src/media/shared/mp4/strip.ts'
import type { ByteSource } from '../../src/media/shared/source.ts'
import { bytesSource } from '../../src/media/shared/source.ts'
import { MediaError } from '../../src/messenger/ports.ts'
import { indexOfText, join, latin1 } from './bytes.ts'
import type { FilmTrack } from './films.ts'
import {
  avc1,
  continuedFilm,
  dataEntry,
  date,
  film,
  fragmentedFilm,
  mp4a,
  quarterTurn,
  quickTimeMp4a,
  sowt,
} from './films.ts'
import { secrets } from './secret-exif.ts'

const video: FilmTrack = {
  handler: 'vide',
  entry: avc1(640, 480),
  chunks: [[latin1('VIDEO-1'), latin1('VIDEO-22')], [latin1('VIDEO-333')]],
}
const sound: FilmTrack = { handler: 'soun', entry: mp4a(), chunks: [[latin1('sn1')], [latin1('sn2'), latin1('sn3')]] }
const places: FilmTrack = { handler: 'meta', entry: dataEntry(), chunks: [[latin1(secrets[5])], [latin1(secrets[5])]] }

describe('stripping a video', () => {
  it('keeps picture and sound and drops positions, titles, dates, names, free space and other tracks', async () => {
    const sent = await strip(film([video, sound, places], { gap: latin1(secrets[0]) }))
    expectNoSecrets(sent.bytes)
    expect(sent.plan).toMatchObject({ width: 640, height: 480, durationMs: 2000, sizeBytes: sent.bytes.length })
    expect(samplesOf(sent.bytes)).toEqual([
      { handler: 'vide', entry: 'avc1', samples: ['VIDEO-1', 'VIDEO-22', 'VIDEO-333'] },
      { handler: 'soun', entry: 'mp4a', samples: ['sn1', 'sn2', 'sn3'] },
    ])
  })

  it('puts the table of contents first, wherever it was', async () => {
    for (const moovFirst of [true, false]) {
      const { bytes } = await strip(film([video, sound], { moovFirst }))
      expect(boxesOf(bytes).map(({ type }) => type)).toEqual(['ftyp', 'moov', 'mdat'])
    }
  })

  it('reads offsets of 64 bits', async () => {
    const { bytes } = await strip(film([video, sound], { wideOffsets: true }))
    expect(samplesOf(bytes)).toHaveLength(2)
  })

  it('keeps the rotation and states the size as displayed', async () => {
    const { bytes, plan } = await strip(film([{ ...video, matrix: quarterTurn }]))
    expect(plan).toMatchObject({ width: 480, height: 640 })
    const tkhd = need(boxesOf(need(moovOf(bytes), 'trak')), 'tkhd')
    expect(Array.from({ length: 9 }, (_, index) => viewOf(tkhd).getInt32(52 + index * 4))).toEqual(quarterTurn)
  })

  it('turns each track as the whole film is turned', async () => {
    const halfTurn = [-0x1_0000, 0, 0, 0, -0x1_0000, 0, 0, 0, 0x4000_0000]
    const turnedBack = [0, -0x1_0000, 0, 0x1_0000, 0, 0, 0, 0, 0x4000_0000]
    for (const [own, whole, expected] of [
      [undefined, quarterTurn, quarterTurn],
      [quarterTurn, halfTurn, turnedBack],
    ] as const) {
      const { bytes, plan } = await strip(film([{ ...video, ...(own && { matrix: own }) }], { matrix: whole }))
      expect(plan).toMatchObject({ width: 480, height: 640 })
      const tkhd = need(boxesOf(need(moovOf(bytes), 'trak')), 'tkhd')
      const sent = Array.from({ length: 9 }, (_, index) => viewOf(tkhd).getInt32(52 + index * 4))
      expect(sent.map((number) => number + 0)).toEqual(expected)
    }
  })

  it('counts pixels that are not square', async () => {
    const wide = box('pasp', Uint8Array.of(0, 0, 0, 4, 0, 0, 0, 3))
    const { plan } = await strip(film([{ ...video, entry: avc1(720, 576, wide) }]))
    expect(plan).toMatchObject({ width: 960, height: 576 })
  })

  it('turns sound described in the way of QuickTime into that of MP4', async () => {
    const { bytes } = await strip(film([video, { ...sound, entry: quickTimeMp4a() }], { brand: 'qt  ' }))
    expectNoSecrets(bytes)
    expect(samplesOf(bytes)[1]).toMatchObject({ entry: 'mp4a' })
    expect(indexOfText(bytes, 'wave')).toBe(-1)
    expect(indexOfText(bytes, 'esds')).toBeGreaterThan(0)
    expect(indexOfText(bytes, 'qt  ')).toBe(-1)
  })

  it('copies whole frames of plain sound that QuickTime counts as bytes', async () => {
    const file = film([video, { ...sound, entry: sowt(), chunks: [[latin1('LRlr')], [latin1('MNmn')]] }])
    // One byte each, as QuickTime writes it: fixed size 1, two samples.
    const at = indexOfText(file, 'stsz') + 4
    const second = at + 8 + indexOfText(file.subarray(at + 8), 'stsz') + 4
    new DataView(file.buffer).setUint32(second + 4, 1)
    const { bytes } = await strip(file)
    expect(indexOfText(bytes, 'LRlr')).toBeGreaterThan(0)
    expect(indexOfText(bytes, 'MNmn')).toBeGreaterThan(0)
  })

  it('takes the enabled sound track where phones add a second one', async () => {
    const spatial: FilmTrack = {
      ...sound,
      enabled: false,
      entry: box('apac', new Uint8Array(28)),
      chunks: [[latin1('spatial')]],
    }
    const { bytes } = await strip(film([video, spatial, sound]))
    expect(samplesOf(bytes).map(({ samples }) => samples[0])).toEqual(['VIDEO-1', 'sn1'])
  })

  it('leaves the sound out of a muted film, and takes it alone for a voice note', async () => {
    for (const file of [film([video, sound, places]), fragmentedFilm()]) {
      const muted = await strip(file, 'picture')
      expect(samplesOf(muted.bytes).map(({ handler }) => handler)).toEqual(['vide'])
      expect(indexOfText(muted.bytes, 'sn1')).toBe(-1)
      const voice = await strip(file, 'sound')
      expect(samplesOf(voice.bytes).map(({ samples }) => samples)).toEqual([['sn1', 'sn2', 'sn3']])
      expect(voice.plan).toMatchObject({ width: 0, height: 0 })
      expect(indexOfText(voice.bytes, 'VIDEO')).toBe(-1)
      for (const { bytes } of [muted, voice]) expectNoSecrets(bytes)
    }
    await expect(strip(film([video]), 'sound')).rejects.toMatchObject({ code: 'unsupported' })
    await expect(strip(film([sound]), 'picture')).rejects.toMatchObject({ code: 'unsupported' })
  })

  it('gathers fragments into one table of contents, with gaps and late starts kept', async () => {
    const { bytes, plan } = await strip(fragmentedFilm())
    expectNoSecrets(bytes)
    expect(boxesOf(bytes).map(({ type }) => type)).toEqual(['ftyp', 'moov', 'mdat'])
    expect(samplesOf(bytes)).toEqual([
      { handler: 'vide', entry: 'avc1', samples: ['VIDEO-1', 'VIDEO-22', 'VIDEO-333'] },
      { handler: 'soun', entry: 'mp4a', samples: ['sn1', 'sn2', 'sn3'] },
    ])
    const [picture, tone] = tracksOf(bytes)
    expect(numbersOf(picture, 'stts')).toEqual([3, 1, 40, 1, 60, 1, 40])
    expect(numbersOf(picture, 'stss')).toEqual([2, 1, 3])
    expect(numbersOf(picture, 'ctts')).toEqual([3, 1, 0, 1, -10, 1, 0])
    expect(numbersOf(tone, 'stts')).toEqual([1, 3, 20])
    expect(find(tone ?? [], 'stss')).toBeUndefined()
    // 500 ms of nothing before 60 ms of sound; the picture begins at once and lasts 140 ms.
    expect(plan.durationMs).toBe(560)
    expect(indexOfText(bytes, 'elst')).toBeGreaterThan(0)
  })

  it('keeps what is listed in the table of contents in front of what is in fragments', async () => {
    const { bytes, plan } = await strip(continuedFilm([video, sound], ['VIDEO-4444', 'sn4']))
    expectNoSecrets(bytes)
    expect(samplesOf(bytes)).toEqual([
      { handler: 'vide', entry: 'avc1', samples: ['VIDEO-1', 'VIDEO-22', 'VIDEO-333', 'VIDEO-4444'] },
      { handler: 'soun', entry: 'mp4a', samples: ['sn1', 'sn2', 'sn3', 'sn4'] },
    ])
    const [picture] = tracksOf(bytes)
    // Up to where the fragment begins, the last one listed is shown.
    expect(numbersOf(picture, 'stts')).toEqual([3, 2, 666, 1, 668, 1, 40])
    expect(plan.durationMs).toBe(2040)
  })

  it('reads any range of the sent file', async () => {
    const { bytes, source } = await strip(film([video, sound, places], { gap: new Uint8Array(100_000) }))
    for (let start = 0; start < bytes.length; start += 7) {
      for (const length of [1, 5, 200]) {
        const end = Math.min(bytes.length, start + length)
        expect(await source.read(start, end)).toEqual(bytes.slice(start, end))
      }
    }
    await expect(source.read(0, bytes.length + 1)).rejects.toThrow('unreadable')
  })

  it('prepares a film of 3 GiB by reading its table of contents, and no more', async () => {
    const gibibytes = 3 * 1024 ** 3
    const file = film([video, sound])
    const moovAt = indexOfText(file, 'moov') - 4
    // A long `mdat` of nothing in between: the tables still point into its beginning.
    const mdat = join(Uint8Array.of(0, 0, 0, 1), 'mdat', new Uint8Array(8))
    new DataView(mdat.buffer).setBigUint64(8, BigInt(gibibytes))
    const start = indexOfText(file, 'mdat') - 4
    let readBytes = 0
    const source: ByteSource = {
      sizeBytes: start + gibibytes + file.length - moovAt,
      async read(from, to) {
        readBytes += to - from
        const bytes = new Uint8Array(to - from)
        for (let at = from; at < to; at++) {
          const inMoov = at - start - gibibytes
          bytes[at - from] =
            (at < start ? file[at] : inMoov >= 0 ? file[moovAt + inMoov] : (mdat[at - start] ?? 0)) ?? 0
        }
        return bytes
      },
    }
    const plan = await stripVideo(source)
    expect(plan.durationMs).toBe(2000)
    expect(readBytes).toBeLessThan(10_000)
  })

  it('refuses a film whose samples lie outside of the file or on one another', async () => {
    const whole = film([video, sound], { moovFirst: true })
    await expect(strip(whole.subarray(0, whole.length - 1))).rejects.toMatchObject({ code: 'damaged' })
    await expect(strip(film([video, sound], { shift: 2 ** 31 }))).rejects.toMatchObject({ code: 'damaged' })
    const same = film([video, { ...video, handler: 'soun', entry: mp4a() }])
    const table = indexOfText(same, 'stco') + 4
    const second = table + 8 + indexOfText(same.subarray(table + 8), 'stco') + 4
    same.set(same.subarray(table, table + 16), second)
    await expect(strip(same)).rejects.toMatchObject({ code: 'damaged' })
  })

  it('refuses a film without a table of contents', async () => {
    const file = film([video])
    await expect(strip(file.subarray(0, indexOfText(file, 'moov') - 4))).rejects.toMatchObject({ code: 'damaged' })
    await expect(strip(join(box('ftyp', latin1('mp42')), new Uint8Array(40)))).rejects.toMatchObject({
      code: 'damaged',
    })
  })

  it('refuses what it cannot send on whole: unknown codecs, encrypted pictures, sound alone', async () => {
    const encrypted = { ...video, entry: box('encv', new Uint8Array(78)) }
    const unknown = { ...sound, entry: box('mha1', new Uint8Array(28)) }
    for (const tracks of [[encrypted], [video, unknown], [sound]]) {
      await expect(strip(film(tracks))).rejects.toMatchObject({ code: 'unsupported' })
    }
  })

  it('refuses tables that claim more samples than any film has', async () => {
    const file = film([video])
    const sizes = indexOfText(file, 'stsz') + 4
    // One size for four billion samples needs no table.
    new DataView(file.buffer).setUint32(sizes + 4, 1)
    new DataView(file.buffer).setUint32(sizes + 8, 0xffff_ffff)
    await expect(strip(file)).rejects.toMatchObject({ code: 'too-large' })
    const fragmented = fragmentedFilm()
    const run = indexOfText(fragmented, 'trun') + 4
    const second = run + indexOfText(fragmented.subarray(run), 'trun') + 4
    new DataView(fragmented.buffer).setUint32(second + 4, 0xffff_ffff)
    await expect(strip(fragmented)).rejects.toMatchObject({ code: 'too-large' })
    // Few enough, and still more than the file has bytes.
    new DataView(fragmented.buffer).setUint32(second + 4, 5_000_000)
    await expect(strip(fragmented)).rejects.toMatchObject({ code: 'damaged' })
  })

  it('stops when cancelled', async () => {
    const signal = AbortSignal.abort()
    await expect(stripVideo(bytesSource(film([video])), { signal })).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('fails with a media error and nothing else, whatever the bytes', async () => {
    const files = [film([video, sound, places]), film([video, sound], { moovFirst: true }), fragmentedFilm()]
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...files),
        fc.array(fc.tuple(fc.nat(4000), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        async (original, changes) => {
          const file = original.slice()
          for (const [at, value] of changes) file[at % file.length] = value
          const result = await strip(file).catch((error: unknown) => error)
          expect(result instanceof Error ? result instanceof MediaError : true).toBe(true)
        },
      ),
      { numRuns: 1000 },
    )
  })
})

describe('a film that its phone has shortened', () => {
  /** Ten frames of 200 ms in chunks of three, of which some need no other. */
  const names = Array.from({ length: 10 }, (_, index) => `FRAME-${index}`)
  const tones = Array.from({ length: 20 }, (_, index) => `tone-${String(index).padStart(2, '0')}`)
  const inChunks = (all: readonly string[]) =>
    all.flatMap((_, index) => (index % 3 === 0 ? [all.slice(index, index + 3).map((name) => latin1(name))] : []))
  const frames: FilmTrack = { ...video, chunks: inChunks(names), sync: [1, 4, 7] }
  const heard: FilmTrack = { ...sound, chunks: inChunks(tones) }

  it('leaves out what is hidden, but for what the first frame and the first sound need', async () => {
    const file = film(
      [
        { ...frames, edits: [[600, 900]] },
        { ...heard, edits: [[600, 900]] },
      ],
      { gap: latin1(secrets[0]) },
    )
    const { bytes, plan } = await strip(file)
    expect(samplesOf(bytes).map(({ samples }) => samples)).toEqual([names.slice(3, 8), tones.slice(8, 15)])
    for (const hidden of [...names.slice(0, 3), ...names.slice(8), ...tones.slice(0, 8), ...tones.slice(15)])
      expect(indexOfText(bytes, hidden)).toBe(-1)
    expectNoSecrets(bytes)
    const [picture, tone] = tracksOf(bytes)
    expect(numbersOf(picture, 'stts')).toEqual([1, 5, 200])
    expect(numbersOf(picture, 'stss')).toEqual([2, 1, 4])
    expect(numbersOf(picture, 'stsc')).toEqual([2, 1, 3, 1, 2, 2, 1])
    expect(numbersOf(tone, 'stts')).toEqual([1, 7, 100])
    expect(editsOf(bytes)).toEqual([
      [600, 300],
      [600, 100],
    ])
    expect(plan.sizeBytes).toBe(bytes.length)
  })

  it('counts frames by when they are shown where that is later than they are decoded', async () => {
    const later = [200, 400, 0, 200, 400, 0, 200, 400, 0, 200]
    const { bytes } = await strip(film([{ ...frames, later, edits: [[400, 1000]] }]))
    // The fourth needs no other, and is shown at 800; the sixth is shown before the fifth.
    expect(samplesOf(bytes)[0]?.samples).toEqual(names.slice(3, 6))
    expect(numbersOf(tracksOf(bytes)[0], 'ctts')).toEqual([3, 1, 200, 1, 400, 1, 0])
    expect(editsOf(bytes)).toEqual([[400, 400]])
    // One that begins before the first frame to begin at is shown begins at the one before.
    const early = await strip(film([{ ...frames, later, edits: [[400, 700]] }]))
    expect(samplesOf(early.bytes)[0]?.samples[0]).toBe(names[0])
  })

  it('keeps all from the earliest to the latest of several parts, and pauses between them', async () => {
    const edits = [
      [500, -1],
      [200, 1400],
      [200, 800],
    ] as const
    const { bytes } = await strip(film([{ ...frames, edits }]))
    expect(samplesOf(bytes)[0]?.samples).toEqual(names.slice(3, 8))
    expect(editsOf(bytes)).toEqual([[500, -1, 200, 800, 200, 200]])
  })

  it('is sent as it is where little is hidden, or what is shown cannot be told', async () => {
    const lists: readonly NonNullable<FilmTrack['edits']>[] = [
      [[1900, 100]],
      [[1850, 0]],
      [[0, 100]],
      [[600, 900, 2]],
      [[600, -1]],
      [[600, 9000]],
    ]
    for (const edits of lists) {
      const { bytes } = await strip(film([{ ...frames, edits }]))
      expect(samplesOf(bytes)[0]?.samples).toEqual(names)
      expect(editsOf(bytes)).toEqual([edits.flatMap(([length, from]) => [length, from])])
    }
    // No frame to begin at: all before it stays.
    const { bytes } = await strip(film([{ ...frames, sync: [10], edits: [[600, 900]] }]))
    expect(samplesOf(bytes)[0]?.samples).toEqual(names.slice(0, 8))
  })

  it('shows at each moment what it showed before, whatever the list says', async () => {
    const whole = fc.integer({ min: 0, max: 2000 })
    await fc.assert(
      fc.asyncProperty(whole, whole, fc.subarray([2, 3, 4, 5, 6, 7, 8, 9, 10]), async (length, from, sync) => {
        const edits = [[length, from]] as const
        const { bytes } = await strip(film([{ ...frames, sync: [1, ...sync], edits }]))
        const sent = samplesOf(bytes)[0]?.samples ?? []
        const [, start = 0] = editsOf(bytes)[0] ?? []
        for (let at = 0; at < (length === 0 ? 2000 : length) && from + at < 2000; at += 50)
          expect(sent[Math.floor((start + at) / 200)]).toBe(names[Math.floor((from + at) / 200)])
        const marked = numbersOf(tracksOf(bytes)[0], 'stts')[1] ?? 0
        expect(marked).toBe(sent.length)
      }),
    )
  })
})

async function strip(file: Uint8Array, wanted: 'all' | 'picture' | 'sound' = 'all') {
  const plan = await stripVideo(bytesSource(file), { wanted })
  const source = plannedSource(plan, bytesSource(file))
  return { plan, source, bytes: await source.read(0, source.sizeBytes) }
}

function moovOf(bytes: Uint8Array) {
  return boxesOf(need(boxesOf(bytes), 'moov'))
}

/** The sample tables of each track. */
function tracksOf(bytes: Uint8Array) {
  return moovOf(bytes).flatMap(({ type, body }) => {
    if (type !== 'trak') return []
    const mdia = boxesOf(need(boxesOf(body), 'mdia'))
    return [[...boxesOf(need(boxesOf(need(mdia, 'minf')), 'stbl')), ...mdia]]
  })
}

/** Lengths and times of the edit list of each track that has one. */
function editsOf(bytes: Uint8Array): number[][] {
  return moovOf(bytes).flatMap(({ type, body }) => {
    const edts = type === 'trak' ? find(boxesOf(body), 'edts') : undefined
    if (edts === undefined) return []
    const numbers = numbersOf(boxesOf(edts), 'elst').slice(1)
    return [numbers.filter((_, index) => index % 3 !== 2)]
  })
}

/** Everything after version and flags, as signed numbers of 32 bits. */
function numbersOf(boxes: ReturnType<typeof boxesOf> | undefined, type: string): number[] {
  const view = viewOf(need(boxes ?? [], type))
  return Array.from({ length: view.byteLength / 4 - 1 }, (_, index) => view.getInt32(4 + index * 4))
}

/** Reads the sent file as a player does: through its tables. */
function samplesOf(bytes: Uint8Array) {
  return tracksOf(bytes).map((boxes) => {
    const sizes = numbersOf(boxes, 'stsz').slice(2)
    const offsets = numbersOf(boxes, 'stco').slice(1)
    const runs = numbersOf(boxes, 'stsc').slice(1)
    const samples: string[] = []
    for (const [chunk, offset] of offsets.entries()) {
      let at = offset
      let perChunk = 0
      for (let run = 0; run < runs.length; run += 3) if ((runs[run] ?? 0) <= chunk + 1) perChunk = runs[run + 1] ?? 0
      for (let count = 0; count < perChunk; count++) {
        const size = sizes[samples.length] ?? 0
        samples.push(new TextDecoder().decode(bytes.subarray(at, at + size)))
        at += size
      }
    }
    return { handler: fourCc(need(boxes, 'hdlr'), 8), entry: fourCc(need(boxes, 'stsd'), 12), samples }
  })
}

function expectNoSecrets(bytes: Uint8Array): void {
  for (const secret of [...secrets, 'ACME', 'udta', 'meta', 'uuid', 'mebx', String.fromCharCode(0xa9)]) {
    expect(indexOfText(bytes, secret)).toBe(-1)
  }
  const view = new DataView(bytes.buffer)
  for (let at = 0; at + 4 <= bytes.length; at++) expect(view.getUint32(at)).not.toBe(date)
}
