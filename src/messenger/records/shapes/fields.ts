// The kinds of field that shapes of rows are made of. Rows are this device's own and sealed: these bounds only keep a damaged
// one from growing without end. Field numbers are for good: a field that goes leaves its number unused.

import { bytesUpTo, integer, textWhere } from '../../../protocol/cbor/codec.ts'
import { field, listOf, shape } from '../../../protocol/cbor/shape.ts'

const mebibyte = 1024 * 1024
export const rowBounds = { maxBytes: 8 * mebibyte, maxDepth: 16, maxItems: 1_000_000 }

export const bytes = bytesUpTo(mebibyte)
export const text = textWhere(() => true)
export const texts = listOf(text, 100_000)
export const number = integer()
export const nothing = shape({})

export const mailboxAddress = shape({ relay: field(1, text), writeKey: field(2, bytes) })
