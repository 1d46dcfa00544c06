// What opens a vault: passphrases, recovery words, passkeys, and tables of slots that somebody changed.

import { encodeCbor } from '../../../src/protocol/cbor/encode.ts'
import type { Value } from '../../../src/protocol/cbor/value.ts'
import { decodeSlotTable, encodeSlotTable } from '../../../src/protocol/vault/slot-table.ts'
import type { Slot } from '../../../src/protocol/vault/slot-table.ts'
import { seededRandom } from '../../protocol/session/people.ts'
import type { CaseFile } from '../cases.ts'
import { Fields } from '../json.ts'
import { perform } from '../operations/operations.ts'
import { build, scenario } from './scenario.ts'

const used = { memoryKib: 65_536, passes: 3, lanes: 1 }
const small = { memoryKib: 64, passes: 1, lanes: 1 }

export async function vaultSlotsFile(): Promise<CaseFile> {
  const random = seededRandom('vault slots')
  const salt = random(32)
  const passphrase = (name: string, text: string, cost = small, error?: string) =>
    scenario(`passphrase: ${name}`, 'vault.passphrase', { text, salt, ...cost }, error)
  const words = (name: string, text: string, error?: string) =>
    scenario(`words: ${name}`, 'vault.words', { text }, error)

  const common = () => ({ id: random(8), createdAtMs: 1_800_000_000_000, salt: random(32), nonce: random(24) })
  const vaultKey = random(32)
  const slots = [
    { kind: 'passphrase', ...common(), cost: used, secret: random(32) },
    { kind: 'words', ...common(), entropyBytes: 16, secret: random(16) },
    { kind: 'passkey', ...common(), credentialId: random(40), secret: random(32) },
  ] as const
  const [passphraseSlot, wordsSlot, passkeySlot] = slots
  const longWords = { kind: 'words', ...common(), entropyBytes: 32, secret: random(32) } as const
  const table = await tableOf(vaultKey, slots)
  const laterRandom = seededRandom('vault slots, eight passkeys')
  const full = [
    ...slots,
    ...Array.from({ length: 7 }, () => ({ ...passkeySlot, id: laterRandom(8), nonce: laterRandom(24) })),
  ]
  const [first, second, third] = decodeSlotTable(table)?.slots ?? []
  if (!first || !second || !third) throw new Error('the table does not decode')

  const open = (name: string, inputs: object, error?: string) =>
    scenario(`open: ${name}`, 'vault.open-slot', { table, index: 0, secret: passphraseSlot.secret, ...inputs }, error)
  const changed = (...changes: readonly Slot[]) => encodeSlotTable({ slots: changes })
  const refuse = (name: string, bytes: Uint8Array) =>
    scenario(`table: ${name}`, 'vault.decode-table', { table: bytes }, 'refused')
  const again = (slot: Slot): Slot => ({ ...slot, parameters: { ...slot.parameters, id: random(8) } })

  const another = (): Slot => ({ ...third, parameters: { ...third.parameters, id: laterRandom(8) } })
  // Ten slots are no more than there may be: the encoder writes them.
  const nine = changed(first, ...Array.from({ length: 9 }, another))

  return build('The slots of a vault, protocol version 1. Bytes are hex.', [
    passphrase('of the vault', 'lantern meadow copper violin', used),
    passphrase('with little memory', 'lantern meadow copper violin'),
    passphrase('composed', 'Caf\u{e9}'),
    passphrase('decomposed: the same', 'Cafe\u{301}'),
    passphrase('full-width: as ASCII', 'Ｐａｓｓ　１２'),
    passphrase('spaces count', ' lantern meadow copper violin '),
    passphrase('1,024 bytes', 'x'.repeat(1024)),
    passphrase('1,025 bytes', 'x'.repeat(1025), small, 'refused'),
    passphrase('empty', '', small, 'refused'),
    words('12', 'legal winner thank year wave sausage worth useful legal winner thank yellow'),
    words('24', `${'zoo '.repeat(23)}vote`),
    words('as people type them', ' LEGAL winner,thank\nyear wave  sausage; worth useful legal winner thank Yellow\t'),
    words('a checksum that does not fit', `${'abandon '.repeat(11)}abandon`, 'mistyped'),
    words('a word that is not in the list', `${'abandon '.repeat(11)}abaut`, 'mistyped'),
    words('11', 'abandon '.repeat(11), 'mistyped'),
    words('15, which BIP39 knows and this does not', `${'abandon '.repeat(14)}address`, 'mistyped'),
    scenario('table: empty', 'vault.seal-table', { vaultKey, slots: [] }),
    scenario('table: one of each kind', 'vault.seal-table', { vaultKey, slots }),
    scenario('table: 24 words alone', 'vault.seal-table', { vaultKey, slots: [longWords] }),
    scenario('table: decoded', 'vault.decode-table', { table }),
    open('with the passphrase', {}),
    open('with the words', { index: 1, secret: wordsSlot.secret }),
    open('with the passkey', { index: 2, secret: passkeySlot.secret }),
    open('another secret', { secret: random(32) }, 'refused'),
    open('the secret of another slot', { secret: passkeySlot.secret }, 'refused'),
    open('the wrap of another slot', { table: changed({ ...first, wrapped: third.wrapped }, second, third) }, 'refused'),
    open('another id', { table: changed(again(first)) }, 'refused'),
    open(
      'cheaper parameters',
      { table: changed({ ...first, parameters: { ...first.parameters, cost: small } as Slot['parameters'] }) },
      'refused',
    ),
    refuse('two passphrases', changed(first, again(first))),
    refuse('words twice', changed(second, again(second))),
    refuse('one id twice', changed(first, third, third)),
    refuse('a passkey without a passphrase', changed(third)),
    refuse('cut', table.subarray(0, -1)),
    refuse('with a byte behind it', Uint8Array.of(...table, 0)),
    refuse('10 GiB', costTable(10 * 1024 * 1024, 3, 1)),
    refuse('256 MiB and 1 KiB', costTable(262_145, 3, 1)),
    refuse('less than 8 KiB', costTable(7, 3, 1)),
    refuse('11 passes', costTable(65_536, 11, 1)),
    refuse('no pass', costTable(65_536, 0, 1)),
    refuse('2 lanes', costTable(65_536, 3, 2)),
    scenario('table: as many as there can be', 'vault.seal-table', { vaultKey, slots: full }),
    scenario('table: as many as there can be, decoded', 'vault.decode-table', { table: await tableOf(vaultKey, full) }),
    refuse('nine passkeys', nine),
  ])
}

async function tableOf(vaultKey: Uint8Array, slots: readonly object[]): Promise<Uint8Array> {
  const { operation, inputs } = scenario('', 'vault.seal-table', { vaultKey, slots })
  const answer = await perform({ file: '', id: '', operation, inputs })
  if ('error' in answer) throw new Error('the table is not sealed')
  return new Fields(answer.output).bytes('table')
}

/** A table whose one slot asks for this. */
function costTable(memoryKib: number, passes: number, lanes: number): Uint8Array {
  const cost = new Map<number, Value>([
    [1, memoryKib],
    [2, passes],
    [3, lanes],
  ])
  const parameters = new Map<number, Value>([
    [1, new Uint8Array(8)],
    [2, 0],
    [3, new Uint8Array(32)],
    [4, cost],
  ])
  const slot = new Map<number, Value>([
    [1, [1, parameters]],
    [2, new Uint8Array(105)],
  ])
  return encodeCbor(new Map<number, Value>([[1, [slot]]]))
}
