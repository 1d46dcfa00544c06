import { expect, it } from 'vitest'
import { joinErrorText } from '../../../src/app/features/join/join-error-text.ts'
import { toAppError } from '../../../src/app/state/app-error.ts'
import { JoinError } from '../../../src/messenger/api.ts'

it('says of every refusal what to do', () => {
  const codes = ['broken', 'unknown', 'used', 'expired', 'closed', 'banned'] as const
  const texts = codes.map((code) => joinErrorText(toAppError(new JoinError(code)).key))
  expect(new Set(texts).size).toBe(codes.length)
  for (const text of texts) expect(text).toMatch(/^[A-Z].{30,}\.$/)
})

it('says nothing of what is no refusal to join', () => {
  for (const key of ['transport/relay-unreachable', 'join/', 'join/toString', 'join/later']) {
    expect(joinErrorText(key)).toBeUndefined()
  }
})
