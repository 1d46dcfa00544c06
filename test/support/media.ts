// Photos and videos for the tests: small real files, with the metadata that must never leave a device put into them.

import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { EncodedPacket } from 'mediabunny'

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url))

/** What a search in sent or stored bytes must not find. */
export const secretsInMedia = {
  camera: 'Secret Camera 9000',
  latitudeDegrees: [48, 12, 29] as const,
  videoTitle: 'Secret birthday',
  videoPlace: '+48.2082+016.3738/',
} as const

/**
 * A JPEG of 1200 × 800 stored pixels, with EXIF: orientation 6 (so 800 × 1200 as displayed), a camera model and a GPS
 * position.
 */
export async function photoWithLocation(): Promise<Buffer> {
  return withLocation(await readFile(join(fixtures, 'photo.jpg')))
}

/** The same metadata in any JPEG. */
export function withLocation(jpeg: Buffer): Buffer {
  // Behind the start-of-image marker.
  return Buffer.concat([jpeg.subarray(0, 2), exifSegment(), jpeg.subarray(2)])
}

/** An H.264 MP4 of 3 s, 320 × 240, its index at the end, with a title, a comment and a place (`©xyz`) in its metadata. */
export function videoWithLocation(): Promise<Buffer> {
  return readFile(join(fixtures, 'clip.mp4'))
}

/**
 * A playable video of about this size: the small clip's frames, each followed by an H.264 filler unit, which a decoder
 * skips.
 */
export async function largeVideo(sizeBytes: number): Promise<Buffer> {
  const media = await import('mediabunny')
  const input = new media.Input({
    source: new media.BufferSource(await videoWithLocation()),
    formats: [media.MP4],
  })
  const track = await input.getPrimaryVideoTrack()
  const decoderConfig = await track?.getDecoderConfig()
  if (track === null || decoderConfig === null || decoderConfig === undefined) throw new Error('the clip has no video')
  const packets: EncodedPacket[] = []
  for await (const packet of new media.EncodedPacketSink(track).packets()) packets.push(packet)
  const fillerBytes = Math.ceil(sizeBytes / packets.length)
  const target = new media.BufferTarget()
  const output = new media.Output({ format: new media.Mp4OutputFormat({ fastStart: 'in-memory' }), target })
  const source = new media.EncodedVideoPacketSource('avc')
  output.addVideoTrack(source)
  await output.start()
  for (const packet of packets) {
    const data = Buffer.concat([packet.data, fillerUnit(fillerBytes)])
    await source.add(packet.clone({ data }), { decoderConfig })
  }
  await output.finalize()
  if (target.buffer === null) throw new Error('no video was written')
  return Buffer.from(target.buffer)
}

/** The small clip with uncompressed sound: to be encoded before it plays everywhere. */
export async function videoWithPlainSound(): Promise<Buffer> {
  const media = await import('mediabunny')
  const input = new media.Input({
    source: new media.BufferSource(await videoWithLocation()),
    formats: [media.MP4],
  })
  const track = await input.getPrimaryVideoTrack()
  const decoderConfig = await track?.getDecoderConfig()
  if (track === null || !decoderConfig) throw new Error('the clip has no video')
  const target = new media.BufferTarget()
  const output = new media.Output({ format: new media.MovOutputFormat(), target })
  const picture = new media.EncodedVideoPacketSource('avc')
  const sound = new media.EncodedAudioPacketSource('pcm-s16')
  output.addVideoTrack(picture)
  output.addAudioTrack(sound)
  await output.start()
  for await (const packet of new media.EncodedPacketSink(track).packets()) await picture.add(packet, { decoderConfig })
  const seconds = await track.computeDuration()
  const sampleRate = 48_000
  const tone = new Uint8Array(
    Int16Array.from({ length: Math.floor(seconds * sampleRate) }, (_, at) => 9000 * Math.sin(at / 17)).buffer,
  )
  await sound.add(new media.EncodedPacket(tone, 'key', 0, seconds), {
    decoderConfig: { codec: 'pcm-s16', sampleRate, numberOfChannels: 1 },
  })
  await output.finalize()
  if (target.buffer === null) throw new Error('no video was written')
  return Buffer.from(target.buffer)
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Files with these contents, in a folder that goes away with the returned value. */
export async function mediaFiles<Name extends string>(
  contents: Readonly<Record<Name, Uint8Array>>,
): Promise<{ readonly path: (name: Name) => string } & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'safelight-media-'))
  await Promise.all(Object.entries<Uint8Array>(contents).map(([name, bytes]) => writeFile(join(folder, name), bytes)))
  return {
    path: (name) => join(folder, name),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

/** Length-prefixed, as in MP4: type 12 (filler data), bytes other than zero, a stop bit. */
function fillerUnit(sizeBytes: number): Buffer {
  const unit = Buffer.alloc(sizeBytes, 0xff)
  unit.writeUInt32BE(sizeBytes - 4, 0)
  unit[4] = 0x0c
  unit[sizeBytes - 1] = 0x80
  return unit
}

// ---------------------------------------------------------------- EXIF

/** TIFF value types. */
const ascii = 2
const short = 3
const long = 4
const rational = 5

interface Field {
  readonly tag: number
  readonly type: number
  readonly count: number
  readonly data: Buffer
}

function exifSegment(): Buffer {
  const [degrees, minutes, seconds] = secretsInMedia.latitudeDegrees
  const gps = [
    text(0x0001, 'N'),
    rationals(0x0002, [degrees, minutes, seconds]),
    text(0x0003, 'E'),
    rationals(0x0004, [16, 22, 25]),
  ]
  const mainFields = (gpsOffset: number): readonly Field[] => [
    text(0x0110, secretsInMedia.camera),
    { tag: 0x0112, type: short, count: 1, data: u16(6) },
    { tag: 0x8825, type: long, count: 1, data: u32(gpsOffset) },
  ]
  const headerBytes = 8
  const gpsOffset = headerBytes + directory(mainFields(0), headerBytes).length
  const tiff = Buffer.concat([
    Buffer.from('MM\0*', 'latin1'),
    u32(headerBytes),
    directory(mainFields(gpsOffset), headerBytes),
    directory(gps, gpsOffset),
  ])
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff])
  return Buffer.concat([Buffer.from([0xff, 0xe1]), u16(body.length + 2), body])
}

/** An image file directory at this offset, with the values that do not fit into its entries behind it. */
function directory(fields: readonly Field[], offset: number): Buffer {
  let valuesAt = offset + 2 + fields.length * 12 + 4
  const entries: Buffer[] = []
  const values: Buffer[] = []
  for (const { tag, type, count, data } of fields) {
    const padded = Buffer.concat([data, Buffer.alloc(Math.max(0, 4 - data.length) + (data.length % 2))])
    entries.push(
      Buffer.concat([u16(tag), u16(type), u32(count), data.length <= 4 ? padded.subarray(0, 4) : u32(valuesAt)]),
    )
    if (data.length <= 4) continue
    values.push(padded)
    valuesAt += padded.length
  }
  return Buffer.concat([u16(fields.length), ...entries, u32(0), ...values])
}

function text(tag: number, value: string): Field {
  const data = Buffer.from(`${value}\0`, 'latin1')
  return { tag, type: ascii, count: data.length, data }
}

function rationals(tag: number, values: readonly number[]): Field {
  return {
    tag,
    type: rational,
    count: values.length,
    data: Buffer.concat(values.flatMap((value) => [u32(value), u32(1)])),
  }
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16BE(value)
  return bytes
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}
