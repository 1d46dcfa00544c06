import { describe, expect, it } from 'vitest'
import { createLanes } from '../../../relay/push/lanes.ts'

function jobs(bounds: Parameters<typeof createLanes>[0]) {
  const lanes = createLanes(bounds)
  const running: string[] = []
  const ends = new Map<string, () => void>()
  return {
    running,
    add(lane: string, name: string): void {
      lanes.add(lane, async () => {
        running.push(name)
        const { promise, resolve } = Promise.withResolvers<void>()
        ends.set(name, resolve)
        await promise
        running.splice(running.indexOf(name), 1)
      })
    },
    async end(name: string): Promise<void> {
      ends.get(name)?.()
      await new Promise((resolve) => setImmediate(resolve))
    },
  }
}

describe('lanes', () => {
  it('run so many jobs at once, and of one lane', async () => {
    const { add, end, running } = jobs({ atOnce: 3, perLane: 2 })
    for (const name of ['a1', 'a2', 'a3']) add('a', name)
    expect(running).toEqual(['a1', 'a2'])
    add('b', 'b1')
    add('b', 'b2')
    expect(running).toEqual(['a1', 'a2', 'b1'])
    await end('a1')
    expect(running).toEqual(['a2', 'b1', 'a3'])
    await end('a2')
    expect(running).toEqual(['b1', 'a3', 'b2'])
  })

  it('take turns: one with many jobs does not keep the others waiting', async () => {
    const { add, end, running } = jobs({ atOnce: 1, perLane: 1 })
    for (const name of ['a1', 'a2', 'a3']) add('a', name)
    add('b', 'b1')
    const order: string[] = []
    while (running[0] !== undefined) {
      order.push(running[0])
      await end(running[0])
    }
    expect(order).toEqual(['a1', 'a2', 'b1', 'a3'])
  })

  it('let a lane that hangs keep its own jobs waiting only', async () => {
    const { add, end, running } = jobs({ atOnce: 10, perLane: 1 })
    add('hangs', 'h1')
    add('hangs', 'h2')
    add('b', 'b1')
    await end('b1')
    add('b', 'b2')
    expect(running).toEqual(['h1', 'b2'])
  })
})
