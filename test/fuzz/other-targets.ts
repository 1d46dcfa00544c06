// The decoders of files, of frames on streams, and of what a relay or a browser says. Those of files throw their own error
// and no other.

import { parseRange } from '../../src/app/sw/range.ts'
import { pixelsOf } from '../../src/app/sw/picture-size.ts'
import { readOrientation } from '../../src/media/shared/photo/exif.ts'
import { sanitizeProfile } from '../../src/media/shared/photo/icc.ts'
import { readPictureSize } from '../../src/media/shared/photo/isobmff.ts'
import { stripPhoto } from '../../src/media/shared/photo/strip.ts'
import { blankUserData } from '../../src/media/shared/mp4/blank-user-data.ts'
import { plannedSource } from '../../src/media/shared/mp4/read-plan.ts'
import { stripVideo } from '../../src/media/shared/mp4/strip.ts'
import { sniff } from '../../src/media/shared/sniff.ts'
import { bytesSource } from '../../src/media/shared/source.ts'
import { mediaLimits } from '../../src/media/limits.ts'
import { MediaError } from '../../src/messenger/ports.ts'
import { type Bytes, concatBytes, fromUtf8, u32, utf8 } from '../../src/protocol/bytes.ts'
import { createFrameReader as createStreamReader } from '../../src/transport/frames.ts'
import { isAllowedEndpoint, knownPushHosts } from '../../relay/push/endpoint-rule.ts'
import { decodeRelayInfo } from '../../src/transport/relay/info.ts'
import { createFrameReader as createRelayReader } from '../../relay/p2p/frame-reader.ts'
import { avc1, film, fragmentedFilm, message, mp4a, unit } from '../media/films.ts'
import { latin1 } from '../media/bytes.ts'
import { gif } from '../media/gifs.ts'
import { jpeg, png, pngChunk, secretJpegSegments, secretProfile, vp8x, webp, webpChunk } from '../media/photos.ts'
import { secretTiff } from '../media/secret-exif.ts'
import { relayInfo } from '../support/relay-info.ts'
import { type Target, inProportion } from './engine.ts'
import { expectSame } from './protocol-targets.ts'

const kibibyte = 1024

/** A decoder whose errors are its own, all of one kind. */
function media(name: string, seeds: readonly Bytes[], run: (input: Bytes) => Promise<void> | void): Target {
  return {
    name,
    seeds,
    allowance: (input) => 2 * mediaLimits.profileBytes + 256 * kibibyte + 64 * input.length,
    async run(input) {
      try {
        await run(input)
      } catch (error) {
        if (!(error instanceof MediaError)) throw error
      }
    },
  }
}

/** Both readers of frames, given the bytes in pieces of changing length. */
function frames(name: string, read: (pieces: readonly Bytes[]) => readonly Bytes[]): Target {
  return {
    name,
    seeds: [
      concatBytes(u32(3), Uint8Array.of(1, 2, 3), u32(1), Uint8Array.of(4)),
      concatBytes(u32(2000), new Uint8Array(2000)),
      u32(0xffff_ffff),
    ],
    allowance: (input) => 64 * kibibyte + 4 * frameBytes + 64 * input.length,
    run(input) {
      const pieces: Bytes[] = []
      for (let at = 0, size = 1; at < input.length; at += size, size = 1 + ((size * 7) % 23))
        pieces.push(input.slice(at, at + size))
      const found = concatBytes(...read(pieces).flatMap((frame) => [u32(frame.length), frame]))
      expectSame(found, input.subarray(0, found.length))
    },
  }
}
const frameBytes = 4096

export function createOtherTargets(): readonly Target[] {
  const info = {
    ...relayInfo,
    peerId: '12D3KooWRelay',
    pushKey: 'BA'.padEnd(87, 'A'),
    iceServers: [{ urls: 'stun:relay.example' }],
  }
  return [
    frames('frames at the relay', (pieces) => {
      const reader = createRelayReader(frameBytes)
      const found: Bytes[] = []
      for (const piece of pieces) {
        reader.push(piece)
        for (let next = reader.next(); next !== undefined; next = reader.next()) {
          if (next.kind === 'bad-length') return found
          found.push(next.bytes)
        }
      }
      return found
    }),
    frames('frames of a stream', (pieces) => {
      const found: Bytes[] = []
      const reader = createStreamReader(frameBytes, (frame) => void found.push(frame))
      for (const piece of pieces) if (!reader.push(piece)) return found
      return found
    }),
    {
      name: 'endpoint of a push',
      seeds: [
        'https://fcm.googleapis.com/fcm/send/a:b',
        'https://a.notify.windows.com/?token=a%3d',
        'https://localhost:1/a',
      ].map((text) => utf8(text)),
      allowance: inProportion,
      run(input) {
        const endpoint = fromUtf8(input) ?? ''
        if (!isAllowedEndpoint(endpoint, { hosts: knownPushHosts, allowLoopback: false })) return
        const { protocol, hostname, port, username, password } = new URL(endpoint)
        const isKnown = knownPushHosts.some((host) => hostname.endsWith(host.replace(/^\*/, '')))
        if (protocol !== 'https:' || !isKnown || port !== '' || username !== '' || password !== '')
          throw new Error('this endpoint is not allowed')
      },
    },
    {
      name: 'description of a relay',
      seeds: [utf8(JSON.stringify(info)), utf8('{"service":"safelight","versions":[2]}'), utf8('[]'), utf8('null')],
      allowance: inProportion,
      run: (input) => void decodeRelayInfo(fromUtf8(input) ?? ''),
    },
    {
      name: 'range of a request',
      seeds: ['bytes=0-', 'bytes=5-10', 'bytes=-5'].map(utf8),
      allowance: inProportion,
      run: (input) => void parseRange(fromUtf8(input) ?? null),
    },
    media('kind of a file', [jpeg(), png(), webp(), film([])], async (input) => void (await sniff(bytesSource(input)))),
    media(
      'JPEG',
      [jpeg(), jpeg({ before: secretJpegSegments(6) })],
      async (input) => void (await stripPhoto('jpeg', input)),
    ),
    media(
      'PNG',
      [png(), png(pngChunk('eXIf', secretTiff(3)), pngChunk('iCCP', 'x\0\0abc'), pngChunk('acTL', new Uint8Array(8)))],
      async (input) => void (await stripPhoto('png', input)),
    ),
    media(
      'WebP',
      [webp(vp8x(0x2c), webpChunk('VP8 ', new Uint8Array(30)), webpChunk('EXIF', secretTiff(6)))],
      async (input) => void (await stripPhoto('webp', input)),
    ),
    media('MP4', films(), async (input) => {
      const source = bytesSource(input)
      const plan = await blankUserData(await stripVideo(source), source)
      await plannedSource(plan, source).read(0, Math.min(plan.sizeBytes, 4 * input.length))
    }),
    media('EXIF', [secretTiff(1), secretTiff(6)], (input) => void readOrientation(input)),
    media('colour profile', [secretProfile()], (input) => void sanitizeProfile(input)),
    media('picture size of a still', [film([])], (input) => void readPictureSize(input)),
    media(
      'picture size before decoding',
      [jpeg(), png(), webp(vp8x(0)), gif({ frames: 2, loop: 0 })],
      async (input) => {
        await pixelsOf(async (start, end) => input.slice(start, end))
      },
    ),
  ]
}

function films(): Bytes[] {
  const video = { handler: 'vide', entry: avc1(640, 480), chunks: [[latin1('one'), latin1('two')]] }
  const told = unit(Uint8Array.of(6), message(5, new Uint8Array(20)), Uint8Array.of(0x80))
  const units = { ...video, chunks: [[told, unit(latin1('picture'))]] }
  const sound = { handler: 'soun', entry: mp4a(), chunks: [[latin1('s1')]] }
  return [film([video, sound]), film([video], { moovFirst: true }), film([units]), fragmentedFilm()]
}
