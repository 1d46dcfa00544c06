// Ana, Bo and a relay in one process: real messengers, real protocol, a network that obeys, a clock that waits.

import type { Messenger, MessengerEvents } from '../../../src/messenger/api.ts'
import { createMessenger } from '../../../src/messenger/create-messenger.ts'
import type { BlobStore, Log, Store } from '../../../src/messenger/ports.ts'
import { StorageError } from '../../../src/messenger/ports.ts'
// Loaded late in the messenger; here at once, because the clock of a world does not wait for modules.
import '../../../src/messenger/transfer/fetch-blob.ts'
import type { MemoryDisk } from '../../../src/storage/memory.ts'
import { crashedCopy, createMemoryDisk, openMemoryStorage } from '../../../src/storage/memory.ts'
import type { MemoryNetwork } from '../../../src/transport/memory/network.ts'
import { createMemoryNetwork } from '../../../src/transport/memory/network.ts'
import { seededRandom } from '../../protocol/seeded-random.ts'
import type { FakeClock } from './clock.ts'
import { createFakeClock } from './clock.ts'
import { plainMedia } from './media.ts'

export const relayUrl = 'https://relay.example'
const start = Date.UTC(2026, 10, 22, 12)

export interface Person {
  readonly name: string
  readonly messenger: Messenger
  readonly disk: MemoryDisk
  /** Everything the messenger said, by type. */
  readonly heard: { readonly type: keyof MessengerEvents; readonly detail: unknown }[]
  /** Ends the process without warning and starts it again on what was durable. */
  crash(): Promise<Person>
  /** Closes and opens again. */
  reopen(): Promise<Person>
}

export interface World {
  readonly network: MemoryNetwork
  readonly clock: FakeClock
  /** Error-level log lines: each one is a bug. */
  readonly bugs: string[]
  /** `aheadMs`: how far the clock of the device is ahead of the world's. */
  person(name: string, disk?: MemoryDisk, fault?: Fault, aheadMs?: number): Promise<Person>
  /** By what a person's device is connected; it does not tell until this is said. */
  setUplink(name: string, kind: 'wifi' | 'mobile'): void
  /** Lets time pass until it holds. @throws after ten minutes of the world's time */
  until(holds: () => Promise<boolean> | boolean): Promise<void>
  close(): Promise<void>
}

/** Where a process dies: at a chosen step of its storage, just before or just after it takes effect. */
export interface Fault {
  /** Storage steps seen so far. */
  steps: number
  /** The step that kills; none: only count. */
  dieAt?: number
  readonly when?: 'before' | 'after'
  /** While it is set nothing more fits on the disk. */
  full?: boolean
  /** What was on the disk then. */
  left?: MemoryDisk
}

const eventTypes = [
  'message',
  'request',
  'state',
  'transfer',
  'view',
  'presence',
  'typing',
  'deleted',
  'error',
] as const

export function createWorld(seed = 'world'): World {
  const clock = createFakeClock(start)
  const network = createMemoryNetwork({ clock })
  network.relay(relayUrl)
  const open = new Set<Messenger>()
  const bugs: string[] = []
  const uplinks = new Map<string, 'wifi' | 'mobile'>()
  const uplinkChanges = new EventTarget()
  let runs = 0

  const log: Log = { debug: () => {}, warn: () => {}, error: (event) => void bugs.push(event) }

  async function person(name: string, disk = createMemoryDisk(), fault?: Fault, aheadMs = 0): Promise<Person> {
    runs += 1
    const bytes = seededRandom(`${seed}/${name}/${runs}`)
    const random = { bytes }
    const messenger = await createMessenger({
      platform: {
        clock: { now: () => clock.now() + aheadMs, after: (delayMs, callback) => clock.after(delayMs, callback) },
        random,
        log,
        media: plainMedia(),
        uplink: {
          kind: () => uplinks.get(name),
          onChange: (listener, options) => uplinkChanges.addEventListener(name, listener, options),
        },
        async open() {
          const storage = await openMemoryStorage(disk, bytes)
          const transport = network.transport({ random })
          return {
            ...storage,
            ...(fault === undefined ? {} : faulty(storage, disk, fault, () => transport.close())),
            transport,
          }
        },
      },
      relays: [relayUrl],
      profile: { name },
    })
    open.add(messenger)
    const heard: { type: keyof MessengerEvents; detail: unknown }[] = []
    for (const type of eventTypes) messenger.addEventListener(type, ({ detail }) => void heard.push({ type, detail }))
    const end = async (): Promise<void> => {
      open.delete(messenger)
      await messenger.close()
    }
    return {
      name,
      messenger,
      disk,
      heard,
      async crash() {
        // The copy is what the disk had at this instant; what the old run still does changes nothing in it.
        const left = crashedCopy(disk)
        await end()
        return person(name, left)
      },
      async reopen() {
        await end()
        return person(name, disk)
      },
    }
  }

  return {
    network,
    clock,
    bugs,
    person,
    setUplink(name, kind) {
      uplinks.set(name, kind)
      uplinkChanges.dispatchEvent(new Event(name))
    },
    async until(holds) {
      for (let passed = 0; passed < 600_000; passed += 250) {
        if (await holds()) return
        await clock.advance(250)
      }
      throw new Error('it did not happen within ten minutes')
    },
    async close() {
      await Promise.all([...open].map((messenger) => messenger.close()))
    },
  }
}

/** Storage whose process dies at one step: from then on nothing it does takes effect or is answered. */
function faulty(
  { store, blobs }: { readonly store: Store; readonly blobs: BlobStore },
  disk: MemoryDisk,
  fault: Fault,
  vanish: () => Promise<void>,
): { readonly store: Store; readonly blobs: BlobStore } {
  const never = new Promise<never>(() => {})
  async function step<T>(work: () => Promise<T>): Promise<T> {
    if (fault.left !== undefined) return never
    if (fault.full === true) throw new StorageError('full')
    fault.steps += 1
    const fatal = fault.steps === fault.dieAt
    if (fatal && fault.when === 'before') return die()
    const result = await work()
    return fatal ? die() : result
  }
  function die(): Promise<never> {
    fault.left = crashedCopy(disk)
    void vanish()
    return never
  }
  return {
    store: {
      get: (name, key) => store.get(name, key),
      list: (name, range) => store.list(name, range),
      commit: (writes) => step(() => store.commit(writes)),
      close: () => store.close(),
    },
    blobs: {
      create: (blobId, count) => step(() => blobs.create(blobId, count)),
      write: (blobId, index, bytes) => step(() => blobs.write(blobId, index, bytes)),
      sync: (blobId) => step(() => blobs.sync(blobId)),
      delete: (blobId) => step(() => blobs.delete(blobId)),
      read: (blobId, index) => blobs.read(blobId, index),
      present: (blobId) => blobs.present(blobId),
      list: () => blobs.list(),
      usage: () => blobs.usage(),
      close: () => blobs.close(),
    },
  }
}

/** Ana invites, Bo connects, Ana accepts. Gives each one's conversation with the other. */
export async function introduce(world: World, ana: Person, bo: Person): Promise<{ ana: string; bo: string }> {
  const invite = await ana.messenger.invites.create()
  const contact = await bo.messenger.invites.connect(invite.link)
  await world.until(async () => (await ana.messenger.requests.list()).length > 0)
  const [request] = await ana.messenger.requests.list()
  const accepted = await ana.messenger.requests.accept(request?.id ?? '')
  await world.until(async () => (await bo.messenger.contacts.get(contact.id))?.state === 'accepted')
  return { ana: accepted.conversationId, bo: contact.conversationId }
}
