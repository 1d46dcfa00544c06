// The ways in which a vault can be opened, as they lie on the disk for everybody to read and to change: which kinds there
// are, what each needs, and the vault key wrapped for each. Spec: docs/protocol.md §8.

import type { Bytes } from '../bytes.ts'
import { toHex } from '../bytes.ts'
import type { Codec } from '../cbor/codec.ts'
import { bytesUpTo, decodeWith, encodeWith, fixedBytes, integer, leaf } from '../cbor/codec.ts'
import type { Shape, Variant } from '../cbor/shape.ts'
import { field, listOf, shape, variant } from '../cbor/shape.ts'
import { limits } from '../limits.ts'
import { wrappedVaultKeyBytes } from '../record/seal.ts'

export const slotIdBytes = 8
export const slotSaltBytes = 32

/** RFC 9106: at least 8 KiB for each lane. */
const minMemoryKib = 8

const tableBounds = { maxBytes: limits.vaultTableBytes, maxDepth: limits.cborDepth, maxItems: 256 }

const costFields = {
  memoryKib: field(1, integer(limits.stretchMemoryKib, minMemoryKib)),
  passes: field(2, integer(limits.stretchPasses, 1)),
  lanes: field(3, integer(1, 1)),
}
/** What Argon2id takes to make a key of a passphrase. */
export type StretchCost = Shape<typeof costFields>

const common = {
  id: field(1, fixedBytes(slotIdBytes)),
  createdAtMs: field(2, integer(limits.timeMs)),
  salt: field(3, fixedBytes(slotSaltBytes)),
}

/** 12 or 24 words. */
const entropyBytesCodec = leaf((value) => (value === 16 || value === 32 ? value : undefined))

/** What a slot says of itself. All of it enters the derivation of its key: changed in any way, it opens nothing. */
export type SlotParameters = Variant<typeof cases>
const cases = {
  passphrase: [1, shape({ ...common, cost: field(4, shape(costFields)) })],
  words: [2, shape({ ...common, entropyBytes: field(4, entropyBytesCodec) })],
  passkey: [3, shape({ ...common, credentialId: field(4, bytesUpTo(limits.passkeyIdBytes, 1)) })],
} as const
const parametersCodec: Codec<SlotParameters> = variant(cases)

export interface Slot {
  readonly parameters: SlotParameters
  readonly wrapped: Bytes
}
export type SlotKind = SlotParameters['kind']

/**
 * The slots beside the device's own. With a passphrase among them the vault is locked: the device alone must not open it.
 * Passkeys are there only then, as a second way in.
 */
export interface SlotTable {
  readonly slots: readonly Slot[]
}

const tableCodec: Codec<SlotTable> = shape({
  slots: field(
    1,
    listOf(
      shape({ parameters: field(1, parametersCodec), wrapped: field(2, fixedBytes(wrappedVaultKeyBytes)) }),
      limits.vaultSlots,
    ),
  ),
})

/** @throws EncodingError for a table that does not decode */
export function encodeSlotTable(table: SlotTable): Bytes {
  return encodeWith(tableCodec, table)
}

/** Undefined for anything that a device would not have written. */
export function decodeSlotTable(bytes: Bytes): SlotTable | undefined {
  const table = decodeWith(tableCodec, bytes, tableBounds)
  return table !== undefined && isSound(table) ? table : undefined
}

/** The bytes that the key of a slot is bound to. */
export function encodeSlotParameters(parameters: SlotParameters): Bytes {
  return encodeWith(parametersCodec, parameters)
}

export function isLocked({ slots }: SlotTable): boolean {
  return slots.some(({ parameters }) => parameters.kind === 'passphrase')
}

function isSound(table: SlotTable): boolean {
  const all = table.slots.map(({ parameters }) => parameters)
  const count = (kind: SlotKind): number => all.filter((parameters) => parameters.kind === kind).length
  const ids = new Set(all.map(({ id }) => toHex(id)))
  return (
    ids.size === all.length &&
    count('passphrase') <= 1 &&
    count('words') <= 1 &&
    count('passkey') <= limits.passkeys &&
    (count('passkey') === 0 || isLocked(table))
  )
}
