// Sample descriptions (`stsd`): how to decode the samples. Rebuilt field by field, because cameras write their names and
// makers into compressor names, vendor fields and boxes of their own.

import { MediaError } from '../../../messenger/ports.ts'
import type { Box } from './box.ts'
import { box, boxesOf, fourCc, fullBox, u16s, u32s, viewOf } from './box.ts'
import { plainConfiguration } from './configuration.ts'
import type { UnitFormat } from './user-data.ts'
import { unitFormatOf } from './user-data.ts'

/** Fixed parts of sample entries, with size and type. */
const visualBytes = 86
const soundBytes = 36

const videoTypes = new Set('avc1 avc3 hvc1 hev1 dvh1 dvhe vp08 vp09 av01 mp4v s263'.split(' '))
const compressedSound = new Set('mp4a Opus fLaC ac-3 ec-3 alac samr sawb .mp3'.split(' '))
const plainSound = new Set([
  'sowt',
  'twos',
  'lpcm',
  'in24',
  'in32',
  'fl32',
  'fl64',
  'ulaw',
  'alaw',
  'raw ',
  'ipcm',
  'fpcm',
])
/** What a decoder needs; anything else is dropped. */
const configurations = new Set(
  (
    'avcC hvcC vpcC av1C esds d263 dvcC dvvC dOps dfLa dac3 dec3 alac damr chnl pcmC ' +
    'pasp clap colr fiel btrt mdcv clli SmDm CoLL'
  ).split(' '),
)

export interface SampleDescriptions {
  /** A complete `stsd` box. */
  readonly bytes: Uint8Array
  readonly width: number
  readonly height: number
  /** Bytes of one frame of plain sound; undefined where the sample table says how long samples are. */
  readonly frameBytes: number | undefined
  readonly quickTime: boolean
}

/** Whether this version can send tracks of this kind on. */
export function isKnownEntry(kind: 'video' | 'audio', type: string): boolean {
  return kind === 'video' ? videoTypes.has(type) : compressedSound.has(type) || plainSound.has(type)
}

/** Type of the first description. @throws MediaError `damaged` */
export function entryType(stsd: Uint8Array): string {
  viewOf(stsd, 16)
  return fourCc(stsd, 12)
}

/** @throws MediaError `damaged`, `unsupported` */
export function sanitizeDescriptions(kind: 'video' | 'audio', stsd: Uint8Array): SampleDescriptions {
  const count = viewOf(stsd, 8).getUint32(4)
  const entries = boxesOf(stsd.subarray(8))
  if (count === 0 || count !== entries.length) throw new MediaError('damaged')
  const sanitized = entries.map((entry) => {
    if (!isKnownEntry(kind, entry.type)) throw new MediaError('unsupported')
    return kind === 'video' ? visualEntry(entry) : soundEntry(entry)
  })
  const [first] = sanitized
  if (first === undefined) throw new MediaError('damaged')
  const bytes = fullBox('stsd', 0, 0, u32s(count), ...sanitized.map((entry) => entry.bytes))
  return { ...first, bytes, quickTime: sanitized.some((entry) => entry.quickTime) }
}

/** How the samples of each description are made up of units; undefined where they are not. @throws MediaError `damaged` */
export function unitFormatsOf(stsd: Uint8Array): (UnitFormat | undefined)[] {
  return boxesOf(stsd.subarray(8)).map(({ type, body }) => unitFormatOf(type, boxesOf(body.subarray(visualBytes - 8))))
}

function visualEntry({ type, body }: Box): SampleDescriptions {
  const fixed = visualBytes - 8
  const view = viewOf(body, fixed)
  const [width, height] = [view.getUint16(24), view.getUint16(26)]
  const children = configurationBoxes(body.subarray(fixed))
  const clean = new Uint8Array(fixed)
  clean.set(u16s(1), 6)
  clean.set(u16s(width, height), 24)
  clean.set(u32s(0x48_0000, 0x48_0000), 28) // 72 dots per inch, as everybody writes
  clean.set(u16s(1), 40) // one frame per sample
  clean.set(u16s(view.getUint16(74), 0xffff), 74) // depth
  const aspect = pixelAspect(children)
  return {
    bytes: box(type, clean, ...children.map(configurationBox)),
    width: Math.round(width * Math.max(1, aspect)),
    height: Math.round(height / Math.min(1, aspect)),
    frameBytes: undefined,
    quickTime: false,
  }
}

function configurationBox(child: Box): Uint8Array {
  const plain = plainConfiguration(child)
  if (plain === undefined) throw new MediaError('damaged')
  return plain
}

/** Width of a pixel over its height. */
function pixelAspect(children: readonly Box[]): number {
  const pasp = children.find((child) => child.type === 'pasp')?.body
  if (pasp === undefined) return 1
  const view = viewOf(pasp, 8)
  const [horizontal, vertical] = [view.getUint32(0), view.getUint32(4)]
  const aspect = horizontal / vertical
  return aspect > 0.1 && aspect < 10 ? aspect : 1
}

function soundEntry({ type, body }: Box): SampleDescriptions {
  const fixed = soundBytes - 8
  const view = viewOf(body, fixed)
  const version = view.getUint16(8)
  const extension = version === 1 ? 16 : version === 2 ? 36 : 0
  viewOf(body, fixed + extension)
  const children = soundConfiguration(body.subarray(fixed + extension))
  const clean = new Uint8Array(fixed)
  clean.set(u16s(1), 6)
  clean.set(body.subarray(16, 20), 16) // channels, bits
  clean.set(body.subarray(24, 28), 24) // sample rate
  // QuickTime's longer entries say the same in more fields; decoders of compressed sound need none of them.
  if (version === 2 && compressedSound.has(type)) {
    clean.set(u16s(view.getUint32(40), 16), 16)
    clean.set(u32s(Math.min(view.getFloat64(32), 0xffff) * 0x1_0000), 24)
  }
  const keepsExtension = extension > 0 && plainSound.has(type)
  if (keepsExtension) clean.set(body.subarray(8, 10), 8)
  const numbers = keepsExtension ? body.subarray(fixed, fixed + extension) : new Uint8Array()
  return {
    bytes: box(type, clean, numbers, ...children.map(configurationBox)),
    width: 0,
    height: 0,
    frameBytes: plainSound.has(type) ? frameBytes(view, version, fixed) : undefined,
    quickTime: keepsExtension || (plainSound.has(type) && type !== 'ipcm' && type !== 'fpcm'),
  }
}

/** QuickTime wraps the decoder's configuration into a `wave` box. */
function soundConfiguration(bytes: Uint8Array): Box[] {
  const children = boxesOf(bytes)
  const wave = children.find((child) => child.type === 'wave')
  const inner = wave === undefined ? [] : configurationBoxes(wave.body)
  return [...children.filter((child) => configurations.has(child.type)), ...inner]
}

function frameBytes(view: DataView, version: number, fixed: number): number {
  if (version === 1) return view.getUint32(fixed + 8)
  if (version === 2) return view.getUint32(fixed + 28)
  return (view.getUint16(16) * view.getUint16(18)) >> 3
}

function configurationBoxes(bytes: Uint8Array): Box[] {
  return boxesOf(bytes).filter(
    // A colour profile names its device; the numbered kinds say colours just as well.
    ({ type, body }) => configurations.has(type) && !(type === 'colr' && /^(prof|rICC)$/.test(fourCc(body, 0))),
  )
}
