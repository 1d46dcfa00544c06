// The slots of a vault (docs/protocol.md §8).

import { stretch } from '../../../src/protocol/primitives/argon2.ts'
import { entropyOfWords } from '../../../src/protocol/primitives/recovery-words.ts'
import { encodePassphrase } from '../../../src/protocol/vault/passphrase.ts'
import { openSlot, sealSlot } from '../../../src/protocol/vault/slot.ts'
import type { SlotParameters, StretchCost } from '../../../src/protocol/vault/slot-table.ts'
import { decodeSlotTable, encodeSlotTable } from '../../../src/protocol/vault/slot-table.ts'
import type { Fields } from '../json.ts'
import { type Operations, output, outputOf, refused } from './operation.ts'

export const vaultOperations: Operations = {
  'vault.passphrase': async (inputs) => {
    const passphrase = encodePassphrase(inputs.text('text'))
    if (passphrase === undefined) return refused
    return output({ secret: await stretch(passphrase, inputs.bytes('salt'), costOf(inputs)) })
  },
  'vault.words': (inputs) => {
    const entropy = entropyOfWords(inputs.text('text'))
    return entropy === undefined ? { error: 'mistyped' } : output({ entropy })
  },
  'vault.seal-table': (inputs) => {
    const vaultKey = inputs.bytes('vaultKey')
    const slots = inputs.fieldsList('slots').map((slot) => {
      const nonce = slot.bytes('nonce')
      return sealSlot({ parameters: parametersOf(slot), secret: slot.bytes('secret'), vaultKey, random: () => nonce })
    })
    return output({ table: encodeSlotTable({ slots }) })
  },
  'vault.decode-table': (inputs) => {
    const table = decodeSlotTable(inputs.bytes('table'))
    return outputOf(table && { slots: table.slots.map(({ parameters }) => parameters) })
  },
  'vault.open-slot': (inputs) => {
    const slot = decodeSlotTable(inputs.bytes('table'))?.slots[inputs.number('index')]
    const vaultKey = slot && openSlot(slot, inputs.bytes('secret'))
    return outputOf(vaultKey && { vaultKey })
  },
}

function costOf(inputs: Fields): StretchCost {
  return { memoryKib: inputs.number('memoryKib'), passes: inputs.number('passes'), lanes: inputs.number('lanes') }
}

function parametersOf(slot: Fields): SlotParameters {
  const common = { id: slot.bytes('id'), createdAtMs: slot.number('createdAtMs'), salt: slot.bytes('salt') }
  switch (slot.word('kind', 'passphrase', 'words', 'passkey')) {
    case 'passphrase':
      return { ...common, kind: 'passphrase', cost: costOf(slot.fields('cost')) }
    case 'words':
      return { ...common, kind: 'words', entropyBytes: slot.number('entropyBytes') === 32 ? 32 : 16 }
    case 'passkey':
      return { ...common, kind: 'passkey', credentialId: slot.bytes('credentialId') }
  }
}
