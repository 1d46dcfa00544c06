// Who is writing, as a tab knows it.

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createWriters } from '../../../src/app/state/typing.ts'
import { messageView } from '../../support/message-view.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function setUp() {
  const writers = createWriters()
  const type = (contactId: string, isTyping = true) =>
    writers.apply({ kind: 'typing', conversationId: 'c', contactId, isTyping })
  return { writers, type, now: () => writers.all.value.get('c') ?? [] }
}

it('is over by itself, unless it is said again', () => {
  const { type, now } = setUp()
  type('bo')
  vi.advanceTimersByTime(4000)
  type('bo')
  vi.advanceTimersByTime(6000)
  expect(now()).toEqual(['bo'])
  vi.advanceTimersByTime(1000)
  expect(now()).toEqual([])
})

it('is over when they stop, and when what they wrote is here', () => {
  const { writers, type, now } = setUp()
  type('bo')
  type('cleo')
  type('bo', false)
  expect(now()).toEqual(['cleo'])
  writers.apply({ kind: 'message', message: messageView({ conversationId: 'c', senderId: 'cleo' }) })
  expect(now()).toEqual([])
})

it('is told apart by conversation', () => {
  const { writers, type } = setUp()
  type('bo')
  expect(writers.all.value.get('other')).toBeUndefined()
})
