// What a content may say, at the edges: addresses of relays in other spellings, manifests that contradict themselves, and
// bodies of later versions.

import { segmentLayout } from '../../../src/protocol/blob/layout.ts'
import { encodeCbor } from '../../../src/protocol/cbor/encode.ts'
import type { Value } from '../../../src/protocol/cbor/value.ts'
import { sha256 } from '../../../src/protocol/primitives/hash.ts'
import { seededRandom } from '../../protocol/session/people.ts'
import type { CaseFile } from '../cases.ts'
import { build, scenario } from './scenario.ts'

const origins = [
  'https://relay.example',
  'http://localhost:8080',
  'https://127.0.0.1:65535',
  'https://[2001:db8::1]',
  'https://[::1]:8443',
  'https://0x7f.example',
]
const noOrigins = [
  'https://relay.example/',
  'https://relay.example:443',
  'https://relay.example:0443',
  'https://relay.example:65536',
  'https://relay.example.',
  'https://Relay.example',
  'https://relay-.example',
  `https://${'a'.repeat(64)}.example`,
  'https://1.2.3',
  'https://256.1.1.1',
  'https://01.2.3.4',
  'https://0x7f.1',
  'https://relay.1',
  'https://[0:0:0:0:0:0:0:1]',
  'https://[::ffff:1.2.3.4]',
  'https://[::FFFF]',
]

/** Bytes of sealed parts that are not the last one. */
const partBytes = 262_112

export function contentEdgesFile(): Promise<CaseFile> {
  const random = seededRandom('content edges')
  const ids = [random(16), random(16)] as const
  const head = random(32)
  const key = random(32)
  const fields = (...values: readonly Value[]): Value => new Map(values.map((value, index) => [index + 1, value]))
  const content = (body: Value): Uint8Array => encodeCbor(fields(...ids, [], [], fields(1, head), 0, body))
  const decode = (name: string, body: Value, error?: string) =>
    scenario(name, 'content.decode', { bytes: content(body) }, error)
  const moving = (origin: string, error?: string) => decode(`origin ${origin}`, [6, fields(fields(origin, key))], error)

  const blob = { id: random(32), key: random(32), header: random(74) }
  interface Manifest {
    readonly size: number
    readonly count?: number
    readonly root: Uint8Array
    readonly hashes: Value
    readonly mime?: string
    readonly width?: number
  }
  const manifest = ({ size, count, root, hashes, mime = 'image/webp', width = 4 }: Manifest): Value =>
    fields(
      blob.id,
      blob.key,
      blob.header,
      size,
      count ?? segmentLayout(size).segmentCount,
      root,
      hashes,
      mime,
      width,
      width,
    )
  const inline = (list: Uint8Array): Value => [1, fields(list)]
  const inlined = (size: number, changes: Partial<Manifest> = {}): Value => {
    const list = random(32 * segmentLayout(size).segmentCount)
    return manifest({ size, root: sha256(list), hashes: inline(list), ...changes })
  }
  const listed = (size: number, changes: Partial<Manifest> = {}): Value => {
    const list = inlined(32 * segmentLayout(size).segmentCount, {
      mime: 'application/octet-stream',
      width: 0,
      ...changes,
    })
    return manifest({ size, root: random(32), hashes: [2, fields(list)] })
  }
  const photo = (name: string, display: Value, error?: string) =>
    decode(`media: ${name}`, [3, new Map([[2, [fields(1, display)]]])], error)
  // With its length the longest that Padmé leaves in 32 parts.
  const most = 8_257_536 - 8
  const more = 33 * partBytes

  return build('Contents at the edges, protocol version 1. Bytes are hex.', [
    ...origins.map((origin) => moving(origin)),
    ...noOrigins.map((origin) => moving(origin, 'refused')),
    photo('of no bytes', inlined(0)),
    photo('of 32 segments, inline', inlined(most)),
    photo('with a list of hashes', listed(more)),
    photo('with a list that says of what type and size it is', listed(more, { mime: 'text/plain', width: 7 })),
    photo('another root', inlined(1000, { root: random(32) }), 'refused'),
    photo('a segment more than its size has', inlined(1000, { count: 2 }), 'refused'),
    photo('33 segments, inline', inlined(more), 'refused'),
    photo('32 segments with a list', listed(most), 'refused'),
    photo('a list of another size', listed(more, { size: 1000 }), 'refused'),
    photo('a list whose root is another', listed(more, { root: random(32) }), 'refused'),
    photo('a list with a list', manifest({ size: more, root: random(32), hashes: [2, fields(listed(more))] }), 'refused'),
    photo('a type in upper case', inlined(1000, { mime: 'Image/webp' }), 'refused'),
    photo('a type with a parameter', inlined(1000, { mime: 'text/plain;charset=utf-8' }), 'refused'),
    photo('65,536 pixels wide', inlined(1000, { width: 65_536 }), 'refused'),
    decode('later version: a code alone', [9]),
    decode('later version: nothing behind the code', [9, null]),
    decode('later version: more than two', [9, 'a', 0, []]),
    decode('code 0', [0, fields()], 'refused'),
    decode('a negative code', [-1, fields()], 'refused'),
    decode('a body that is a map', fields(9), 'refused'),
    decode('no body', [], 'refused'),
    decode('a known code alone', [3], 'refused'),
  ])
}
