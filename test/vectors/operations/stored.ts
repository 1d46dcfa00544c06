// Media and what lies at rest (docs/protocol.md §7, §8).

import { openSegment, sealSegment, startOpening, startSealing } from '../../../src/protocol/blob/floe.ts'
import { sealBlob } from '../../../src/protocol/blob/seal.ts'
import type { Bytes } from '../../../src/protocol/bytes.ts'
import { openRecord, sealRecord, unwrapVaultKey, wrapVaultKey } from '../../../src/protocol/record/seal.ts'
import { pattern } from '../../protocol/blob/seeded-random.ts'
import type { Fields } from '../json.ts'
import { type Operations, output, refused } from './operation.ts'

export const storedOperations: Operations = {
  'floe.seal': async (inputs) => {
    const nonces = inputs.bytesList('nonces')
    const iv = inputs.bytes('iv')
    const started = startSealing(inputs.bytes('key'), inputs.bytes('aad'), () => iv, parametersOf(inputs))
    const parts = inputs.bytesList('parts')
    const segments: Bytes[] = []
    for (const [index, part] of parts.entries()) {
      const final = index === parts.length - 1
      segments.push(await sealSegment(started.state, part, index, final, nonces[index] ?? new Uint8Array()))
    }
    return output({ header: started.header, segments })
  },
  'floe.open': async (inputs) => {
    const header = inputs.bytes('header')
    const state = startOpening(inputs.bytes('key'), inputs.bytes('aad'), header, parametersOf(inputs))
    if (state === undefined) return refused
    const segments = inputs.bytesList('segments')
    const parts: Bytes[] = []
    for (const [index, segment] of segments.entries()) {
      const part = await openSegment(state, segment, index, index === segments.length - 1)
      if (part === undefined) return refused
      parts.push(part)
    }
    return output({ parts })
  },
  'blob.seal': async (inputs) => {
    const bytes = pattern(inputs.number('sizeBytes'))
    const drawn = [inputs.bytes('iv'), ...inputs.bytesList('nonces')]
    const segmentBytes: number[] = []
    const sealed = await sealBlob({
      blobId: inputs.bytes('blobId'),
      key: inputs.bytes('key'),
      rendition: inputs.word('rendition', 'display', 'poster', 'hashes', 'original'),
      random: () => drawn.shift() ?? new Uint8Array(),
      source: { sizeBytes: bytes.length, read: async (start, end) => bytes.slice(start, end) },
      write: async (index, segment) => {
        segmentBytes[index] = segment.length
      },
    })
    return output({ header: sealed.header, segmentBytes, hashes: sealed.hashes, root: sealed.root })
  },
  'record.seal': (inputs) => {
    const nonce = inputs.bytes('nonce')
    return output({ sealed: sealRecord({ ...placeOf(inputs), plaintext: inputs.bytes('plaintext'), random: () => nonce }) })
  },
  'record.open': (inputs) => {
    const plaintext = openRecord({ ...placeOf(inputs), sealed: inputs.bytes('sealed') })
    return plaintext === undefined ? refused : output({ plaintext })
  },
  'vault.wrap': (inputs) => {
    const nonce = inputs.bytes('nonce')
    const keys = { slotKey: inputs.bytes('slotKey'), vaultKey: inputs.bytes('vaultKey') }
    return output({ wrapped: wrapVaultKey({ ...keys, random: () => nonce }) })
  },
  'vault.unwrap': (inputs) => {
    const vaultKey = unwrapVaultKey({ slotKey: inputs.bytes('slotKey'), wrapped: inputs.bytes('wrapped') })
    return vaultKey === undefined ? refused : output({ vaultKey })
  },
}

function parametersOf(inputs: Fields) {
  return { segmentBytes: inputs.number('segmentBytes'), rotationBits: inputs.number('rotationBits') }
}

function placeOf(inputs: Fields) {
  return { vaultKey: inputs.bytes('vaultKey'), store: inputs.text('store'), key: inputs.text('key') }
}
