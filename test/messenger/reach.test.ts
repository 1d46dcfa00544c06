import { describe, expect, it } from 'vitest'
import type { MissingMember } from '../../src/messenger/groups/reach.ts'
import { createReach } from '../../src/messenger/groups/reach.ts'
import { quietLog, systemRandom } from '../../src/system.ts'
import { createFakeClock } from '../support/world/clock.ts'

const secondMs = 1000
const minuteMs = 60 * secondMs
const bo: MissingMember = { person: 'b0', link: 'link of Bo', isMine: true }

/** `answers`: whether somebody is there at a link. */
function reaching(answers: (link: string) => boolean, missing: MissingMember[]) {
  const clock = createFakeClock(0)
  const closing = new AbortController()
  const asked: { readonly link: string; readonly at: number }[] = []
  const reach = createReach(
    {
      clock,
      random: systemRandom,
      log: quietLog,
      closing: closing.signal,
      background: (work) => void work,
    },
    {
      missing: () => missing,
      connect(link) {
        asked.push({ link, at: clock.now() })
        return answers(link) ? Promise.resolve() : Promise.reject(new Error('nobody'))
      },
      met(person) {
        missing.splice(
          missing.findIndex((member) => member.person === person),
          1,
        )
        return Promise.resolve()
      },
    },
  )
  return { clock, closing, asked, reach }
}

describe('a member without a session', () => {
  it('who has not opened their link yet is asked again in seconds, then more and more seldom', async () => {
    let isOpen = false
    const missing = [bo]
    const { clock, asked, reach } = reaching(() => isOpen, missing)
    reach.kick()
    await clock.advance(10 * secondMs)
    expect(asked.length).toBeGreaterThanOrEqual(3)
    await clock.advance(60 * minuteMs)
    expect(asked.length).toBeLessThan(25)
    isOpen = true
    await clock.advance(15 * minuteMs)
    expect(missing).toEqual([])
    const last = asked.length
    await clock.advance(60 * minuteMs)
    expect(asked).toHaveLength(last)
  })

  it('is asked again as soon as a relay is back', async () => {
    let isOpen = false
    const missing = [bo]
    const { clock, asked, reach } = reaching(() => isOpen, missing)
    reach.retry()
    await clock.advance(secondMs)
    expect(asked).toEqual([])
    reach.kick()
    await clock.advance(30 * minuteMs)
    isOpen = true
    const before = asked.length
    reach.retry()
    await clock.advance(secondMs)
    expect(asked).toHaveLength(before + 1)
    expect(missing).toEqual([])
  })

  it('is asked by another link when the first leads nowhere', async () => {
    const missing = [bo, { ...bo, link: 'link of Bo in another group' }]
    const { clock, asked, reach } = reaching((link) => link.endsWith('another group'), missing)
    reach.kick()
    await clock.advance(secondMs)
    expect(asked.map(({ link }) => link)).toEqual(['link of Bo', 'link of Bo in another group'])
  })

  it('begins by themselves, unless nothing has come of it after ten minutes', async () => {
    const missing = [{ ...bo, isMine: false }]
    const { clock, asked, reach } = reaching(() => true, missing)
    reach.kick()
    await clock.advance(9 * minuteMs)
    expect(asked).toEqual([])
    await clock.advance(12 * minuteMs)
    expect(asked).toHaveLength(1)
  })

  it('is asked at once though somebody else was being asked as they came, and not when it is over', async () => {
    const missing = [bo]
    const { clock, closing, asked, reach } = reaching((link) => {
      if (missing.length === 1 && link === bo.link) {
        missing.push({ person: 'c0', link: 'link of Cem', isMine: true })
        reach.kick()
      }
      return true
    }, missing)
    reach.kick()
    await clock.advance(secondMs)
    expect(asked.map(({ link }) => link)).toEqual([bo.link, 'link of Cem'])
    closing.abort()
    missing.push(bo)
    reach.kick()
    await clock.advance(minuteMs)
    expect(asked).toHaveLength(2)
  })
})
