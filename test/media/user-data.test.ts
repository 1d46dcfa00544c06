// What cameras and encoders write among the frames must not leave; what players show of it stays.

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nodeMediaPreparer } from '../../src/media/node.ts'
import { blankUserData } from '../../src/media/shared/mp4/blank-user-data.ts'
import { plannedSource } from '../../src/media/shared/mp4/read-plan.ts'
import { stripVideo } from '../../src/media/shared/mp4/strip.ts'
import { bytesSource } from '../../src/media/shared/source.ts'
import { MediaError } from '../../src/messenger/ports.ts'
import { be, indexOfText, join, latin1 } from './bytes.ts'
import type { FilmTrack } from './films.ts'
import { avc1, film, hvc1, message, mp4a, unit } from './films.ts'
import { secrets } from './secret-exif.ts'

const end = be(1, 0x80)
const uuid = latin1('0123456789abcdef')
const place = message(5, join(uuid, secrets[5], be(1, 0, 0, 0, 0, 0, 1), secrets[3]))
const picture = unit(be(1, 0x65), 'PICTURE')
const captions = message(4, join(be(1, 0xb5, 0, 0x31), 'GA94 said'))
const hdr = message(4, join(be(1, 0xb5, 0, 0x3c, 0, 1, 4), 'brightness'))
const recovery = message(6, be(1, 0x84))

/** A unit of messages. */
function messages(header: Uint8Array, ...each: readonly Uint8Array[]): Uint8Array {
  return unit(header, escaped(join(...each, end)))
}

function avcFilm(...samples: readonly Uint8Array[]): Uint8Array {
  const video: FilmTrack = { handler: 'vide', entry: avc1(640, 480), chunks: samples.map((sample) => [sample]) }
  return film([video, { handler: 'soun', entry: mp4a(), chunks: [[latin1('sound')]] }])
}

async function sent(file: Uint8Array) {
  const source = bytesSource(file)
  const plan = await blankUserData(await stripVideo(source), source)
  const film = plannedSource(plan, source)
  return { plan, film, bytes: await film.read(0, film.sizeBytes) }
}

/** The units of a sample that begins where this text stands. */
function messagesIn(bytes: Uint8Array, at: number): (readonly [number, Uint8Array])[] {
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at)
  const raw = bytes.subarray(at + 5, at + 4 + length)
  const plain: number[] = []
  for (const [index, byte] of raw.entries()) {
    if (byte === 3 && index > 1 && raw[index - 1] === 0 && raw[index - 2] === 0) continue
    plain.push(byte)
  }
  const found: (readonly [number, Uint8Array])[] = []
  for (let next = 0; next < plain.length && plain[next] !== 0x80;) {
    const [type = 0, size = 0] = plain.slice(next, next + 2)
    found.push([type, Uint8Array.from(plain.slice(next + 2, next + 2 + size))])
    next += 2 + size
  }
  return found
}

describe('what is written among the frames', () => {
  it('loses the position, time and names of cameras, and keeps the picture and the length of all', async () => {
    const file = avcFilm(join(messages(be(1, 6), place), picture), join(messages(be(1, 6), recovery, place), picture))
    const { bytes, plan } = await sent(file)
    for (const secret of secrets) expect(indexOfText(bytes, secret)).toBe(-1)
    expect(bytes.length).toBe((await stripVideo(bytesSource(file))).sizeBytes)
    expect(new TextDecoder('latin1').decode(bytes).split('PICTURE')).toHaveLength(3)
    expect(plan.blanks?.length).toBe(6)
    expect(indexOfText(bytes, 'sound')).toBeGreaterThan(0)
  })

  it('leaves messages that are read as before, of the same kinds and sizes', async () => {
    const before = avcFilm(join(messages(be(1, 6), recovery, place, captions), picture))
    const { bytes } = await sent(before)
    const at = indexOfText(bytes, 'mdat') + 12
    const kinds = (file: Uint8Array, from: number) => messagesIn(file, from).map(([type, { length }]) => [type, length])
    expect(kinds(bytes, at)).toEqual(kinds(before, indexOfText(before, 'mdat') + 4))
    expect(messagesIn(bytes, at).map(([type]) => type)).toEqual([6, 5, 4])
  })

  it('keeps captions, the brightness of HDR10+, and what says where to start', async () => {
    for (const kept of [captions, hdr, recovery]) {
      const file = avcFilm(join(messages(be(1, 6), kept), picture))
      const { bytes, plan } = await sent(file)
      expect(plan.blanks).toBeUndefined()
      expect(bytes).toEqual(await plannedBytes(file))
    }
  })

  it('overwrites what another maker registered, and units that each maker uses as it likes', async () => {
    const registered = messages(be(1, 6), message(4, join(be(1, 0x26, 0, 1), secrets[1])))
    for (const foreign of [registered, unit(be(1, 24), secrets[1]), unit(be(1, 0x1f), secrets[1])]) {
      const { bytes } = await sent(avcFilm(join(foreign, picture)))
      expect(indexOfText(bytes, secrets[1])).toBe(-1)
      expect(indexOfText(bytes, 'PICTURE')).toBeGreaterThan(0)
    }
  })

  it('overwrites messages of HEVC before and behind the picture, its time codes, and those beside its parameters', async () => {
    const units = [39, 40].map((type) => messages(be(1, type << 1, 1), place))
    const time = messages(be(1, 39 << 1, 1), message(136, secrets[2]))
    const video: FilmTrack = {
      handler: 'vide',
      entry: hvc1(640, 480),
      chunks: [[join(...units, time, unit(be(1, 2, 1), 'PICTURE'))]],
    }
    const { bytes } = await sent(film([video]))
    for (const secret of secrets) expect(indexOfText(bytes, secret)).toBe(-1)
    for (const parameter of ['PICTURE', 'video', 'sequence', 'picture']) {
      expect(indexOfText(bytes, parameter)).toBeGreaterThan(0)
    }
  })

  it('is overwritten in any range that is read', async () => {
    const { bytes, film } = await sent(avcFilm(join(messages(be(1, 6), place), picture, messages(be(1, 6), place))))
    for (let start = 0; start < bytes.length; start += 3) {
      const stop = Math.min(bytes.length, start + 11)
      expect(await film.read(start, stop)).toEqual(bytes.slice(start, stop))
    }
  })

  it('does not change the file itself', async () => {
    const file = avcFilm(join(messages(be(1, 6), place), picture))
    const before = file.slice()
    await sent(file)
    expect(file).toEqual(before)
  })

  it('is found behind a sample that is not made of units, and behind units larger than what is read at once', async () => {
    const large = join(unit(be(1, 0x65), new Uint8Array(3_000_000).fill(7)), messages(be(1, 6), place))
    const { bytes } = await sent(avcFilm(latin1('nonsense'), large))
    expect(indexOfText(bytes, secrets[5])).toBe(-1)
  })

  it('is overwritten to its end where its length is cut short or too long', async () => {
    const cut = place.slice()
    cut[1] = 254
    const { bytes } = await sent(avcFilm(join(messages(be(1, 6), cut), picture)))
    for (const secret of secrets) expect(indexOfText(bytes, secret)).toBe(-1)
    expect(indexOfText(bytes, 'PICTURE')).toBeGreaterThan(0)
  })

  it('is refused where it is larger than any camera writes', async () => {
    const file = avcFilm(join(unit(be(1, 6), new Uint8Array(1_100_000)), picture))
    await expect(sent(file)).rejects.toMatchObject({ code: 'damaged' })
  })

  it('stops when cancelled', async () => {
    const source = bytesSource(avcFilm(picture))
    const work = blankUserData(await stripVideo(source), source, { signal: AbortSignal.abort() })
    await expect(work).rejects.toMatchObject({ code: 'cancelled' })
  })

  it('leaves with nothing of it in Node', async () => {
    const file = avcFilm(join(messages(be(1, 6), place), picture))
    const media = await nodeMediaPreparer().prepare(file, { quality: 'original' })
    expect(indexOfText(await media.read(0, media.sizeBytes), secrets[5])).toBe(-1)
    await media.close()
  })

  it('never makes three zeros that begin something else, whatever the message', async () => {
    const bytesOf = fc.array(fc.constantFrom(0, 0, 0, 1, 3, 255), { minLength: 1, maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(fc.array(bytesOf, { minLength: 1, maxLength: 3 }), async (payloads) => {
        const each = payloads.map((payload) => message(5, Uint8Array.from(payload)))
        const { bytes } = await sent(avcFilm(join(messages(be(1, 6), ...each), picture)))
        const at = indexOfText(bytes, 'mdat') + 12
        expect(messagesIn(bytes, at).map(([type, { length }]) => [type, length])).toEqual(
          payloads.map(({ length }) => [5, length]),
        )
        const raw = bytes.subarray(at + 4, indexOfText(bytes, 'PICTURE') - 5)
        for (let index = 2; index < raw.length; index++) {
          const [a = 1, b = 1, c = 3] = raw.subarray(index - 2, index + 1)
          expect(a === 0 && b === 0 && c < 3).toBe(false)
        }
      }),
    )
  })

  it('fails with a media error and nothing else, whatever the bytes', async () => {
    const original = avcFilm(join(messages(be(1, 6), place, captions), picture), join(unit(be(1, 24), 'x'), picture))
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(4000), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        async (changes) => {
          const file = original.slice()
          for (const [at, value] of changes) file[at % file.length] = value
          const result = await sent(file).catch((error: unknown) => error)
          expect(result instanceof Error ? result instanceof MediaError : true).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })
})

async function plannedBytes(file: Uint8Array): Promise<Uint8Array> {
  const source = bytesSource(file)
  const film = plannedSource(await stripVideo(source), source)
  return await film.read(0, film.sizeBytes)
}

/** As it stands in a unit: a 3 keeps two zeros from what would read as the start of something. */
function escaped(plain: Uint8Array): Uint8Array {
  const bytes: number[] = []
  let zeros = 0
  for (const byte of plain) {
    if (zeros >= 2 && byte <= 3) {
      bytes.push(3)
      zeros = 0
    }
    bytes.push(byte)
    zeros = byte === 0 ? zeros + 1 : 0
  }
  return Uint8Array.from(bytes)
}
