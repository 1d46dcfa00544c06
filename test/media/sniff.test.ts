import { describe, expect, it } from 'vitest'
import { classify } from '../../src/media/shared/classify.ts'
import { sniff } from '../../src/media/shared/sniff.ts'
import { bytesSource } from '../../src/media/shared/source.ts'
import { be, join, latin1 } from './bytes.ts'
import { jpeg, png, vp8, webp } from './photos.ts'

const ftyp = (major: string, ...compatible: readonly string[]) =>
  join(be(4, 16 + 4 * compatible.length), 'ftyp', major, be(4, 0), ...compatible)

describe('the type of a file', () => {
  it('is what its first bytes say', async () => {
    const files: readonly (readonly [string, Uint8Array])[] = [
      ['jpeg', jpeg()],
      ['png', png()],
      ['webp', webp(vp8)],
      ['gif', latin1('GIF87a')],
      ['gif', latin1('GIF89a')],
      ['avif', ftyp('avif', 'mif1')],
      ['avif', ftyp('mif1', 'avif', 'miaf')],
      ['heic', ftyp('heic', 'mif1')],
      ['heic', ftyp('mif1', 'heic')],
      ['mp4', ftyp('isom', 'avc1')],
      ['mp4', ftyp('qt  ')],
      ['mp4', join(be(4, 8), 'wide')],
      ['mp4', join(be(4, 1), 'mdat')],
      ['webm', be(4, 0x1a45dfa3)],
    ]
    for (const [type, file] of files) expect(await sniff(bytesSource(file))).toBe(type)
  })

  it('is unknown for pages, drawings, documents, programs and scraps', async () => {
    const others = [
      '<!doctype html>',
      '<svg xmlns="http://www.w3.org/2000/svg">',
      '<?xml version="1.0"?><svg/>',
      '%PDF-1.7',
      'MZ\x90\0',
      'PK\x03\x04',
      'RIFF\0\0\0\0WAVEfmt ',
      'BM......',
      'ID3\x04',
      'The mdat',
      '\xff\xd8',
      'x',
    ]
    for (const text of others) expect(await sniff(bytesSource(latin1(text)))).toBeUndefined()
  })

  it('of photos and videos that are not read here is told from what is neither', async () => {
    const foreign = [
      latin1('RIFF\0\0\0\0AVI LIST'),
      latin1('II*\0\x08\0\0\0'),
      latin1('MM\0*\0\0\0\x08'),
      latin1('BM\x36\0\0\0\0\0\0\0'),
      latin1('\xff\x0a\xfa'),
      latin1('\0\0\0\x0cJXL \r\n'),
      latin1('OggS\0'),
      latin1('FLV\x01\x05'),
      be(4, 0x3026b275, 0x8e66cf11),
      be(4, 0x000001ba),
      join(be(1, 0x47), new Uint8Array(187), be(1, 0x47)),
    ]
    for (const file of foreign) {
      await expect(classify(bytesSource(file))).rejects.toMatchObject({ code: 'unsupported' })
    }
    for (const text of ['<svg>', 'BMW drives', 'G', 'Good morning', 'RIFF\0\0\0\0WAVEfmt ', '%PDF-1.7']) {
      await expect(classify(bytesSource(latin1(text)))).rejects.toMatchObject({ code: 'not-media' })
    }
  })
})
