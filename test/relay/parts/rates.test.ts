// What one connection and one address may add to what is kept, by the usual limits: enough for people, not for a flood.

import { describe, expect, it } from 'vitest'
import { defaultLimits } from '../../../relay/limits.ts'
import type { Caller } from '../../../relay/mailbox/caller.ts'
import { createRates } from '../../../relay/mailbox/rates.ts'
import { rowBytes } from '../../../relay/storage/store.ts'

const hour = 3600
const mebibyte = 1024 * 1024
const defaultDiskBytes = 10_000_000_000
/** The usual size of an envelope, with its row. */
const envelope = 4096 + 128 + rowBytes

function create() {
  const clock = { nowMs: 0 }
  const rates = createRates({ limits: defaultLimits, now: () => clock.nowMs })
  /** Over a stream. */
  const person = (connection: string, address?: string): Caller => ({
    rateKey: connection,
    ...(address === undefined ? {} : { address }),
    stream: {
      listener: { wake: () => undefined, follow: () => undefined, heardAtMs: 0, ownPeerId: 'peer' },
      peerId: 'peer',
    },
  })
  /** As many as it can, each second anew; returns the bytes it got in. */
  const flood = (seconds: number, callerAt: (second: number) => Caller, size: number): number => {
    let bytes = 0
    for (let second = 0; second < seconds; second++) {
      clock.nowMs += 1000
      const caller = callerAt(second)
      for (let more = true; more;) {
        more = rates.adds(caller, { envelopes: 30, bytes: 30 * size }) === undefined
        if (more) bytes += 30 * size
      }
    }
    return bytes
  }
  return { clock, rates, person, flood }
}

describe('a person', () => {
  it('sends a thousand messages that waited to 32 people each, at once', () => {
    const { rates, person } = create()
    for (let message = 0; message < 1000; message++)
      expect(rates.adds(person('1', 'home'), { envelopes: 32, bytes: 32 * envelope })).toBeUndefined()
  })

  it('fills a mailbox with a thousand of the largest envelopes, twice', () => {
    const { rates, person } = create()
    for (let put = 0; put < 2000; put++)
      expect(rates.adds(person('1', 'home'), { envelopes: 1, bytes: 65_536 + rowBytes })).toBeUndefined()
  })

  it('answers ten customers a second for eight hours', () => {
    const { clock, rates, person } = create()
    for (let second = 0; second < 8 * hour; second++) {
      clock.nowMs += 1000
      expect(rates.adds(person('desk', 'shop'), { envelopes: 10, bytes: 10 * envelope })).toBeUndefined()
    }
  })
})

describe('two hundred people behind one address', () => {
  it('write a hundred messages each in eight hours to sixteen people, who tell that they came', () => {
    const { clock, rates, person } = create()
    const messages = 200 * 100
    for (let message = 0; message < messages; message++) {
      clock.nowMs += (8 * hour * 1000) / messages
      const caller = person(String(message % 200), 'school')
      expect(rates.adds(caller, { envelopes: 32, bytes: 32 * envelope })).toBeUndefined()
    }
  })
})

describe('all who share one address', () => {
  it('come back after a restart as fast as it lets them in, and ask for a hundred mailboxes each', () => {
    const { clock, rates, person } = create()
    const { burst, perSecond } = defaultLimits.upgradesPerAddress
    const people = defaultLimits.connectionsPerAddress
    for (let came = 0; came < people; came++) {
      if (came >= burst) clock.nowMs += 1000 / perSecond
      // Opened, followed and fetched.
      expect(rates.commands(person(String(came), 'network'), 300), String(came)).toBeUndefined()
    }
  })
})

describe('in an hour, without an end,', () => {
  it('one connection brings a twentieth of the usual disk', () => {
    const { flood, person } = create()
    const bytes = flood(hour, () => person('1'), 65_536 + rowBytes)
    expect(bytes).toBeLessThan(0.06 * defaultDiskBytes)
    expect(bytes).toBeGreaterThan(256 * mebibyte)
  })

  it('one address brings a sixth of it, however many connections it makes', () => {
    const { flood, person } = create()
    const bytes = flood(hour, (second) => person(String(second), 'flood'), 65_536 + rowBytes)
    expect(bytes).toBeLessThan(defaultDiskBytes / 6)
    expect(bytes).toBeGreaterThan(1024 * mebibyte)
  })

  it('tiny envelopes bring no more, and not more than so many', () => {
    const { flood, person } = create()
    const bytes = flood(hour, () => person('1'), 1 + rowBytes)
    const { burst, perSecond } = defaultLimits.putsPerConnection
    expect(bytes / (1 + rowBytes)).toBeLessThanOrEqual(burst + perSecond * (hour + 1))
  })

  it('an address gets no more over HTTP and streams together', () => {
    const { flood, person } = create()
    const bytes = flood(hour, (second) => (second % 2 ? { address: 'flood' } : person(String(second), 'flood')), 65_536)
    expect(bytes).toBeLessThan(defaultDiskBytes / 6)
  })
})

describe('new mailboxes', () => {
  const daySeconds = 24 * hour

  it('of somebody who makes them day and night stay a fifth of the usual disk, until the first are forgotten', () => {
    const { clock, rates, person } = create()
    const { burst, perSecond } = defaultLimits.opensPerAddress
    const days = 30
    const stepSeconds = 6 * hour
    let made = 0
    let connection = 0
    for (let second = 0; second < days * daySeconds; second += stepSeconds) {
      clock.nowMs = second * 1000
      // A new connection has a budget of its own, and not of the address.
      for (let isServed = true; isServed;) {
        const caller = person(String(connection++), 'flood')
        isServed = rates.opens(caller) === undefined
        if (isServed) made += 1
        while (isServed && rates.opens(caller) === undefined) made += 1
      }
    }
    expect(made).toBeLessThanOrEqual(burst + perSecond * days * daySeconds)
    // The bound is the rate, and nothing else that was in the way.
    expect(made).toBeGreaterThan(0.9 * perSecond * days * daySeconds)
    const livesSeconds = defaultLimits.mailboxIdleMs / 1000
    expect((burst + perSecond * livesSeconds) * rowBytes).toBeLessThan(0.2 * defaultDiskBytes)
  })

  it('are there for a school whose relay was lost, with all that everybody had', () => {
    const { rates, person } = create()
    for (let mailbox = 0; mailbox < 100; mailbox++)
      for (let pupil = 0; pupil < 200; pupil++) expect(rates.opens(person(String(pupil), 'school'))).toBeUndefined()
  })

  it('are there for a thousand people who use one link, and for a school', () => {
    const { clock, rates, person } = create()
    for (let contact = 0; contact < 1000; contact++) expect(rates.opens(person('desk', 'shop'))).toBeUndefined()
    for (let pupil = 0; pupil < 200; pupil++)
      for (let mailbox = 0; mailbox < 20; mailbox++)
        expect(rates.opens(person(String(pupil), 'school'))).toBeUndefined()
    // All have new addresses every month, and some more.
    for (let day = 0; day < 30; day++) {
      clock.nowMs += daySeconds * 1000
      for (let pupil = 0; pupil < 200; pupil++)
        for (let mailbox = 0; mailbox < 20; mailbox++)
          expect(rates.opens(person(String(pupil), 'school'))).toBeUndefined()
    }
  })
})

describe('people whose network lets no WebSockets through', () => {
  it('have over HTTP what their address has, and do not share what is meant for one connection', () => {
    const { clock, rates } = create()
    const school: Caller = { address: 'school' }
    for (let mailbox = 0; mailbox < 200 * 100; mailbox++) expect(rates.opens(school)).toBeUndefined()
    expect(rates.commands(school, 60_000)).toBeUndefined()
    const messages = 200 * 100
    for (let message = 0; message < messages; message++) {
      clock.nowMs += (8 * hour * 1000) / messages
      expect(rates.adds(school, { envelopes: 32, bytes: 32 * envelope })).toBeUndefined()
    }
  })

  it('have no more than that', () => {
    const { rates } = create()
    const { burst } = defaultLimits.commandsPerAddress
    expect(rates.commands({ address: 'school' }, burst)).toBeUndefined()
    expect(rates.commands({ address: 'school' }, 1)).toBeGreaterThan(0)
  })
})

describe('what is refused', () => {
  it('for its address costs a connection nothing', () => {
    const { clock, rates, person } = create()
    const { burst, perSecond } = defaultLimits.commandsPerAddress
    const own = defaultLimits.commands.burst
    rates.commands({ address: 'school' }, burst)
    for (let again = 0; again < 10; again++) expect(rates.commands(person('1', 'school'), own)).toBeGreaterThan(0)
    clock.nowMs += Math.ceil((own / perSecond) * 1000)
    expect(rates.commands(person('1', 'school'), own)).toBeUndefined()
  })

  it('by somebody else costs nothing, and what is refused here is not asked there', () => {
    const { rates, person } = create()
    const caller = person('1')
    const { burst } = defaultLimits.putBytesPerConnection
    for (let put = 0; put < 10; put++) expect(rates.adds(caller, { envelopes: 1, bytes: burst }, () => 7)).toBe(7)
    expect(rates.adds(caller, { envelopes: 1, bytes: burst })).toBeUndefined()
    const asked: string[] = []
    expect(
      rates.adds(caller, { envelopes: 1, bytes: 65_536 }, () => {
        asked.push('asked')
        return undefined
      }),
    ).toBe(1000)
    expect(asked).toEqual([])
  })
})
