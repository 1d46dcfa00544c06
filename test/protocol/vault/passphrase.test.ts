import { expect, it } from 'vitest'
import { fromUtf8 } from '../../../src/protocol/bytes.ts'
import { encodePassphrase, isPassphrase } from '../../../src/protocol/vault/passphrase.ts'

const text = (typed: string): string | undefined => {
  const bytes = encodePassphrase(typed)
  return bytes && fromUtf8(bytes)
}

it('is the same from keyboards that spell a letter in other code points', () => {
  expect(text('Cafe\u{301} am Fluß')).toBe('Caf\u{e9} am Fluß')
  expect(text('Ｐａｓｓ　１２')).toBe('Pass 12')
  expect(text('\u{fb01}sh')).toBe('fish')
})

it('is otherwise taken as it is: nothing is trimmed, folded or cut', () => {
  expect(text(' Two  spaces ')).toBe(' Two  spaces ')
  expect(text('abc')).not.toBe(text('ABC'))
})

it('has 1,024 bytes at most, counted after normalising', () => {
  expect(text('é'.repeat(512))).toBeDefined()
  expect(text('é'.repeat(513))).toBeUndefined()
  expect(text('e\u{301}'.repeat(512))).toBe('é'.repeat(512))
  // One character that becomes 18.
  expect(text('\u{fdfa}'.repeat(100))).toBeUndefined()
  expect(text('x'.repeat(10_000_000))).toBeUndefined()
})

it('is no text that has no bytes of its own', () => {
  expect(text('')).toBeUndefined()
  expect(text('half \u{d83d}')).toBeUndefined()
})

it('locks a vault from 8 characters on, whatever those are made of', () => {
  for (const good of ['12345678', '🙂🙂🙂🙂🙂🙂🙂🙂', 'пароль 1']) expect(isPassphrase(good), good).toBe(true)
  for (const bad of ['', '1234567', '🙂🙂🙂🙂', 'e\u{301}'.repeat(7), 'x'.repeat(1025)])
    expect(isPassphrase(bad), bad.slice(0, 20)).toBe(false)
})
