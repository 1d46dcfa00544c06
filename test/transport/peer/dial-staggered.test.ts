import { describe, expect, it } from 'vitest'
import { limits } from '../../../src/transport/limits.ts'
import { dialStaggered } from '../../../src/transport/peer/dial-staggered.ts'
import { createTestClock, settle, type TestClock } from '../support/clock.ts'
import { failureOf } from '../support/failure.ts'

describe('staggered dial', () => {
  it('makes one attempt when it succeeds', async () => {
    const { attempts, dialling, clock } = start()
    attempts[0]?.resolve('connected')
    expect(await dialling).toBe('connected')
    clock.advance(limits.dialTimeoutMs)
    expect(attempts).toHaveLength(1)
  })

  it('begins another beside one that hangs, takes the first that succeeds and aborts the rest', async () => {
    const { attempts, dialling, clock } = start()
    clock.advance(limits.dialHeadStartMs)
    expect(attempts).toHaveLength(2)
    attempts[1]?.resolve('second')
    expect(await dialling).toBe('second')
    expect(attempts.map(({ signal }) => signal.aborted)).toEqual([true, true])
  })

  it('still takes the first attempt when it was only slow', async () => {
    const { attempts, dialling, clock } = start()
    clock.advance(limits.dialHeadStartMs)
    attempts[0]?.resolve('first')
    expect(await dialling).toBe('first')
  })

  it('begins the next at once when one fails, up to a limit', async () => {
    const { attempts, dialling, clock } = start()
    const failed = failureOf(dialling)
    for (let attempt = 1; attempt <= limits.dialAttempts; attempt++) {
      attempts[attempt - 1]?.reject(new Error(`attempt ${attempt}`))
      await settle()
    }
    expect(await failed).toMatchObject({ message: 'attempt 3' })
    clock.advance(limits.dialTimeoutMs)
    expect(attempts).toHaveLength(limits.dialAttempts)
  })

  it('asks no second time after a refusal', async () => {
    const { attempts, dialling } = start()
    attempts[0]?.reject(new Error('refused'))
    await expect(dialling).rejects.toThrow('refused')
    expect(attempts).toHaveLength(1)
  })
})

interface Attempt {
  readonly signal: AbortSignal
  readonly resolve: (value: string) => void
  readonly reject: (error: Error) => void
}

function start(): { attempts: Attempt[]; dialling: Promise<string>; clock: TestClock } {
  const clock = createTestClock()
  const attempts: Attempt[] = []
  const dialling = dialStaggered<string>(
    (signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<string>()
      attempts.push({ signal, resolve, reject })
      return promise
    },
    {
      clock,
      signal: new AbortController().signal,
      isFinal: (error) => error instanceof Error && error.message === 'refused',
    },
  )
  return { attempts, dialling, clock }
}
