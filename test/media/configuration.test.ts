// What a decoder is told must say nothing of people, and still all that it needs.

import { describe, expect, it } from 'vitest'
import { box, fullBox } from '../../src/media/shared/mp4/box.ts'
import { plannedSource } from '../../src/media/shared/mp4/read-plan.ts'
import { stripVideo } from '../../src/media/shared/mp4/strip.ts'
import { bytesSource } from '../../src/media/shared/source.ts'
import { be, indexOfText, join, latin1 } from './bytes.ts'
import { avc1, film, mp4a, soundEntry } from './films.ts'
import { secrets } from './secret-exif.ts'

const streamInfo = join(be(1, 0, 0, 0, 34), new Uint8Array(34).fill(9))
const comments = join(be(1, 0x84, 0, 0, secrets[4].length), secrets[4])

function esds(kind: number, specific: Uint8Array, flags: Uint8Array = be(1, 0)): Uint8Array {
  const decoder = join(be(1, kind), new Uint8Array(12).fill(8), be(1, 5, specific.length), specific)
  const stream = join(be(1, 0, 1), flags, be(1, 4, decoder.length), decoder, be(1, 6, 1, 2))
  return fullBox('esds', 0, 0, join(be(1, 3, 0x80, stream.length), stream))
}

const vorbisComments = join(
  be(1, 3),
  'vorbis',
  be(1, secrets[3].length, 0, 0, 0),
  secrets[3],
  be(1, 1, 0, 0, 0),
  secrets[4],
)
const vorbis = join(be(1, 2, 10, vorbisComments.length), 'identified', vorbisComments, 'setup-of-codebooks')

async function sent(entry: Uint8Array): Promise<Uint8Array> {
  const picture = { handler: 'vide', entry: avc1(640, 480), chunks: [[latin1('VIDEO')]] }
  const file = film([picture, { handler: 'soun', entry, chunks: [[latin1('sound')]] }])
  const source = bytesSource(file)
  const whole = plannedSource(await stripVideo(source), source)
  return await whole.read(0, whole.sizeBytes)
}

function expectNoSecrets(bytes: Uint8Array): void {
  for (const secret of secrets) expect(indexOfText(bytes, secret)).toBe(-1)
}

describe('what a decoder is told', () => {
  it('has no comments and covers in FLAC', async () => {
    const bytes = await sent(soundEntry('fLaC', fullBox('dfLa', 0, 0, join(streamInfo, comments))))
    expectNoSecrets(bytes)
    const at = indexOfText(bytes, 'dfLa') + 8
    // The only block, and so the last one.
    expect(bytes.subarray(at, at + 38)).toEqual(join(be(1, 0x80), streamInfo.subarray(1)))
  })

  it('has no comments in Vorbis, whose other headers stay', async () => {
    for (const flags of [be(1, 0), join(be(1, 0xe0, 0, 7, 3), 'url', be(2, 7))]) {
      const bytes = await sent(mp4a(esds(0xdd, vorbis, flags)))
      expectNoSecrets(bytes)
      const plain = join(
        be(1, 2, 10, 16),
        'identified',
        be(1, 3),
        'vorbis',
        new Uint8Array(8),
        be(1, 1),
        'setup-of-codebooks',
      )
      expect(indexOfText(bytes, new TextDecoder('latin1').decode(plain))).toBeGreaterThan(0)
    }
  })

  it('has no user data in MPEG-4 video', async () => {
    const start = be(1, 0, 0, 1)
    const specific = join(start, be(1, 0x20), 'layer', start, be(1, 0xb2), secrets[1], start, be(1, 0xb5), 'object')
    const entry = avc1(640, 480, esds(0x20, specific))
    entry.set(latin1('mp4v'), 4)
    const source = bytesSource(film([{ handler: 'vide', entry, chunks: [[latin1('VIDEO')]] }]))
    const { head } = await stripVideo(source)
    expectNoSecrets(head)
    for (const kept of ['layer', 'object']) expect(indexOfText(head, kept)).toBeGreaterThan(0)
  })

  it('does not name the maker of the encoder in what old phones recorded', async () => {
    const bytes = await sent(soundEntry('samr', box('damr', join('ACME', be(1, 7, 0x81, 0xff, 0, 1)))))
    expect(indexOfText(bytes, 'ACME')).toBe(-1)
    const at = indexOfText(bytes, 'damr') + 4
    expect(bytes.subarray(at, at + 9)).toEqual(be(1, 0, 0, 0, 0, 0, 0x81, 0xff, 0, 1))
  })

  it('is as it was in AAC', async () => {
    const aac = esds(0x40, be(1, 0x11, 0x90))
    const bytes = await sent(mp4a(aac))
    expect(indexOfText(bytes, new TextDecoder('latin1').decode(aac))).toBeGreaterThan(0)
  })

  it('is refused where it cannot be read, and would be sent unread', async () => {
    const cutVorbis = mp4a(esds(0xdd, vorbis.subarray(0, 20)))
    const foreignFlac = soundEntry('fLaC', fullBox('dfLa', 0, 0, comments))
    const cutHevc = avc1(640, 480, box('hvcC', join(new Uint8Array(22), be(1, 3), secrets[1])))
    for (const entry of [cutVorbis, foreignFlac]) await expect(sent(entry)).rejects.toMatchObject({ code: 'damaged' })
    const source = bytesSource(film([{ handler: 'vide', entry: cutHevc, chunks: [[latin1('VIDEO')]] }]))
    await expect(stripVideo(source)).rejects.toMatchObject({ code: 'damaged' })
  })
})
