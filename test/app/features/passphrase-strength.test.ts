import { describe, expect, it } from 'vitest'
import { passphraseStrength } from '../../../src/app/features/settings/passphrase-strength.ts'

describe('the hint for a passphrase', () => {
  it.each([
    ['', 'short'],
    ['1234567', 'short'],
    ['🙂🙂🙂', 'short'],
    ['password', 'weak'],
    ['12345678', 'weak'],
    ['aaaaaaaaaaaaaaaaaaaaaaaa', 'weak'],
    ['lantern meadow', 'weak'],
    ['Correct7Horse!', 'weak'],
    ['lantern lantern lantern lantern', 'weak'],
    ['lantern meadow copper', 'fair'],
    ['lantern meadow copper violin', 'strong'],
    ['Laterne-Wiese-Kupfer-Geige', 'strong'],
    ['фонарь луг медь скрипка', 'strong'],
    ['xK9$vQ2!mB7&pL4#', 'strong'],
  ] as const)('calls “%s” %s', (text, strength) => {
    expect(passphraseStrength(text)).toBe(strength)
  })
})
