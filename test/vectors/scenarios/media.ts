// Media of every kind and what goes with them, views, receipts of views, and a sealed original.

import { segmentLayout } from '../../../src/protocol/blob/layout.ts'
import { encodeCbor } from '../../../src/protocol/cbor/encode.ts'
import type { Value } from '../../../src/protocol/cbor/value.ts'
import { sha256 } from '../../../src/protocol/primitives/hash.ts'
import { seededRandom } from '../../protocol/session/people.ts'
import type { CaseFile } from '../cases.ts'
import { build, scenario } from './scenario.ts'

type Entry = readonly [number, Value]

export function mediaFile(): Promise<CaseFile> {
  const random = seededRandom('media')
  const map = (...entries: readonly Entry[]): Value => new Map(entries)
  const [messageId, conversationId, head] = [random(16), random(16), random(32)] as const
  const log = map([1, 1], [2, head])
  const content = (body: Value): Uint8Array =>
    encodeCbor(map([1, messageId], [2, conversationId], [3, []], [4, []], [5, log], [6, 0], [7, body]))
  const decode = (name: string, body: Value, error?: string) =>
    scenario(name, 'content.decode', { bytes: content(body) }, error)

  /** `more`: from field 8 on. */
  const manifest = (mime: string, width: number, ...more: readonly Entry[]): Value => {
    const size = 1000
    const list = random(32 * segmentLayout(size).segmentCount)
    const place: readonly Entry[] = [
      [1, random(32)],
      [2, random(32)],
      [3, random(74)],
      [4, size],
      [5, 1],
      [6, sha256(list)],
    ]
    return map(...place, [7, [1, map([1, list])]], [8, mime], [9, width], [10, width], ...more)
  }
  const picture = manifest('image/webp', 4)
  const film = manifest('video/mp4', 8, [11, 2000])
  const sound = manifest('audio/mp4', 0, [11, 2000])
  const bytes = manifest('application/pdf', 0)
  const waveform: Entry = [8, random(64)]
  const name: Entry = [9, 'Minutes of May.pdf']
  const item = (kind: number, display: Value, ...more: readonly Entry[]): Value => map([1, kind], [2, display], ...more)
  const photo = item(1, picture)

  const medium = (title: string, value: Value, error?: string) =>
    decode(`media: ${title}`, [3, map([2, [value]])], error)
  const named = (text: string, error?: string) =>
    medium(`a file named ${JSON.stringify(text)}`, item(4, bytes, [9, text]), error)
  const viewed = (title: string, media: readonly Value[], view: Value, error?: string) =>
    decode(`view: ${title}`, [3, map([2, media], [3, view])], error)
  const receipt = (title: string, entries: readonly Entry[], error?: string) =>
    decode(`receipt: ${title}`, [4, map([1, []], [2, []], ...entries)], error)
  const refused = 'refused'

  return build('Media and views, protocol version 1. Bytes are hex.', [
    medium('a photo with its original', item(1, picture, [6, manifest('image/jpeg', 16)])),
    medium('a video in a loop, with poster and original', item(2, film, [3, picture], [6, film], [7, true])),
    medium('a voice note', item(3, sound, waveform)),
    medium('a voice note in words', item(3, sound, [4, 'On the way'], [5, 'I am on the way'], waveform)),
    medium('a file', item(4, bytes, name)),
    ...['a', 'отчёт.tar.gz', 'Console.txt', `${'x'.repeat(251)}.pdf`].map((text) => named(text)),
    medium('kind 0', item(0, picture), refused),
    medium('kind 5', item(5, picture), refused),
    medium('a field 10', item(1, picture, [10, true]), refused),
    medium('a photo with a poster', item(1, picture, [3, picture]), refused),
    medium('a photo in a loop', item(1, picture, [7, true]), refused),
    medium('a photo with a waveform', item(1, picture, waveform), refused),
    medium('a photo with a name', item(1, picture, name), refused),
    medium('a video not in a loop, in words', item(2, film, [7, false]), refused),
    medium('a voice note without a waveform', item(3, sound), refused),
    medium('a voice note with half a waveform', item(3, sound, [8, random(32)]), refused),
    medium('a voice note without a duration', item(3, manifest('audio/mp4', 0), waveform), refused),
    medium('a voice note with a picture', item(3, film, waveform), refused),
    medium('a voice note with an original', item(3, sound, [6, sound], waveform), refused),
    medium('a file without a name', item(4, bytes), refused),
    medium('a file with a size in pixels', item(4, picture, name), refused),
    medium('a file with a duration', item(4, sound, name), refused),
    medium('a file with an original', item(4, bytes, [6, bytes], name), refused),
    ...['', 'a/b', 'a\\b', 'c:a', '..', '.a', 'a.', ' a', 'a\n', 'a\u{202e}fdp.exe', 'NUL.txt', `${'é'.repeat(128)}`].map(
      (text) => named(text, refused),
    ),
    viewed('once', [photo], map([2, 0])),
    viewed('for 10 seconds and once more, a photo and a video', [photo, item(2, film)], map([1, 10], [2, 1])),
    viewed('no media', [], map([2, 0]), refused),
    viewed('a voice note', [item(3, sound, waveform)], map([2, 0]), refused),
    viewed('a file beside a photo', [photo, item(4, bytes, name)], map([2, 0]), refused),
    viewed('a photo with its original', [item(1, picture, [6, picture])], map([2, 0]), refused),
    viewed('for no time', [photo], map([1, 0], [2, 0]), refused),
    viewed('for 11 seconds', [photo], map([1, 11], [2, 0]), refused),
    viewed('twice more', [photo], map([2, 2]), refused),
    viewed('without saying how often', [photo], map([1, 5]), refused),
    receipt('opened, replayed, captured', [
      [3, [random(16)]],
      [4, [random(16)]],
      [5, [random(16), random(16)]],
    ]),
    receipt('an empty list of opened', [[3, []]], refused),
    receipt('a field 6', [[6, [random(16)]]], refused),
    scenario('an original, sealed', 'blob.seal', {
      rendition: 'original',
      sizeBytes: 1000,
      blobId: random(32),
      key: random(32),
      iv: random(32),
      nonces: [random(12)],
    }),
  ])
}
