// Tells the home relay where this device is woken, for each mailbox that a contact writes to; invites wake nobody, since
// strangers write there. Nor does a contact who is muted until that is taken back, or somebody known from groups alone, all of
// which are; a contact who is in a muted group besides does, as nothing tells what is in an envelope. A mute that ends by itself is kept by the
// tabs alone, since nobody would switch the waking on again at its end. Spec: docs/protocol.md §2, Wake-ups.

import { toHex } from '../../protocol/bytes.ts'
import type { MailboxCommand, MailboxReply } from '../../protocol/mailbox/command.ts'
import { isPushEndpoint } from '../../protocol/mailbox/push.ts'
import type { PushTarget, PushView } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import { isMutedForGood } from '../conversation/mute.ts'
import { times } from '../limits.ts'
import type { MailboxRow, PushRow } from '../records/rows.ts'
import type { Push } from './push.ts'

const deviceBytes = 16
const perRequest = 64

export function createWakeUps(context: Context): Push {
  const { tables, ledger, self, transport, random, events } = context
  /** Ids of mailboxes whose relay was told in this run. */
  const told = new Set<string>()
  /** Of these: what the relay was told is that they wake nobody. */
  const silent = new Set<string>()
  const refused = new Set<string>()
  /** As relays said last. */
  const keys = new Map<string, string | undefined>()
  const telling = new Map<string, { again: boolean }>()

  const home = (): string => self.row.relays[0] ?? ''
  const changed = (): void => events.emit('change', { what: 'push' })
  let lastHome = home()
  events.addEventListener('change', () => {
    for (const [id, row] of tables.mailboxes.held()) {
      if (!told.has(id) || silent.has(id) === isSilent(row)) continue
      told.delete(id)
      tell(row.relay)
    }
    if (lastHome === home()) return
    lastHome = home()
    changed()
  })
  const call = () => ({ signal: AbortSignal.any([context.closing, AbortSignal.timeout(times.callMs)]) })

  async function readKey(url: string): Promise<string | undefined> {
    const { pushKey } = await transport.relay(url).info(call())
    const isNew = keys.has(url) && keys.get(url) !== pushKey
    keys.set(url, pushKey)
    if (isNew) changed()
    return pushKey
  }

  const mailboxesAt = (url: string): [string, MailboxRow][] =>
    [...tables.mailboxes.held()].filter(([, row]) => row.relay === url && !row.closing)

  function wakes({ purpose }: MailboxRow): boolean {
    const state = purpose.kind === 'contact' ? tables.contacts.peek(purpose.contactId)?.state : undefined
    return state === 'accepted' || state === 'asked'
  }

  function isSilent({ purpose }: MailboxRow): boolean {
    const contact = purpose.kind === 'contact' ? tables.contacts.peek(purpose.contactId) : undefined
    if (contact === undefined) return false
    if (contact.peer === 'member') return areGroupsMuted(toHex(contact.fingerprint))
    const conversation = tables.conversations.peek(contact.conversationId)
    return conversation !== undefined && isMutedForGood(conversation)
  }

  /** What comes from somebody known from groups alone is said there: in none that anything is told of. */
  function areGroupsMuted(person: string): boolean {
    return [...tables.groups.held()]
      .filter(([groupId]) => context.groups.isMember(groupId) && context.groups.hasMember(groupId, person))
      .every(([, { conversationId }]) => {
        const conversation = tables.conversations.peek(conversationId)
        return conversation !== undefined && isMutedForGood(conversation)
      })
  }

  /** One after the other for each relay. What fails is done again when it is next live, or opens a mailbox. */
  function tell(url: string): void {
    const running = telling.get(url)
    if (running !== undefined) {
      running.again = true
      return
    }
    if (tables.pushes.peek(url) === undefined) return
    const turn = { again: false }
    telling.set(url, turn)
    const end = (): void => {
      telling.delete(url)
      if (turn.again && !context.closing.aborted) tell(url)
    }
    context.background(tellNow(url).finally(end), 'push-later')
  }

  async function tellNow(url: string): Promise<void> {
    const key = await readKey(url)
    const row = tables.pushes.peek(url)
    if (row === undefined) return
    const { device, endpoint } = row
    if (endpoint !== undefined && row.key !== key) return changed()
    const mine = mailboxesAt(url).filter(([id, mailbox]) => endpoint === undefined || (wakes(mailbox) && !told.has(id)))
    // What is to be taken away may be there still where nobody is woken for now.
    for (let from = 0; from < mine.length; from += perRequest) {
      const part = mine.slice(from, from + perRequest).map(([id, mailbox]) => [id, mailbox, isSilent(mailbox)] as const)
      const replies = await transport.relay(url).call(
        part.map(([, mailbox, isMute]) => command(mailbox, device, isMute ? undefined : endpoint)),
        call(),
      )
      // Something else was asked for meanwhile.
      if (tables.pushes.peek(url) !== row) return
      const failure = replies.find((reply) => reply.kind === 'error' && !isMissing(reply))
      if (failure?.kind === 'error' && failure.code === 'bad-request' && endpoint !== undefined) refused.add(url)
      if (failure !== undefined) return changed()
      for (const [index, [id, , isMute]] of part.entries()) {
        if (replies[index]?.kind !== 'ok') continue
        told.add(id)
        if (isMute) silent.add(id)
        else silent.delete(id)
      }
    }
    refused.delete(url)
    await confirm(url, row)
  }

  async function confirm(url: string, row: PushRow): Promise<void> {
    if (row.endpoint !== undefined && row.told) return
    await ledger.change(async (change) => {
      if ((await change.get(tables.pushes, url)) !== row) return
      if (row.endpoint === undefined) change.delete(tables.pushes, url)
      else change.put(tables.pushes, url, { ...row, told: true })
    })
    changed()
  }

  const isOn = (): boolean => [...tables.pushes.held()].some(([, { endpoint }]) => endpoint !== undefined)

  function state(): PushView['state'] {
    const row = tables.pushes.peek(home())
    if (!isOn()) return 'off'
    if (row?.endpoint === undefined || (keys.has(home()) && keys.get(home()) !== row.key)) return 'stale'
    if (refused.has(home())) return 'refused'
    return row.told ? 'on' : 'pending'
  }

  /** Relays that woke this device before are told that they do not any more. */
  const tellAll = (): void => {
    told.clear()
    refused.clear()
    changed()
    for (const [url] of tables.pushes.held()) tell(url)
  }

  async function put({ endpoint, key }: PushTarget, onlyWhereOn: boolean): Promise<void> {
    if (!isPushEndpoint(endpoint)) throw new UsageError('bad-endpoint')
    const url = home()
    const isNew = await ledger.change(async (change) => {
      const before = await change.get(tables.pushes, url)
      if ((onlyWhereOn && !isOn()) || (before?.endpoint === endpoint && before.key === key)) return false
      for (const [other, row] of tables.pushes.held()) change.put(tables.pushes, other, withoutEndpoint(row))
      const device = before?.device ?? random.bytes(deviceBytes)
      change.put(tables.pushes, url, { device, key, endpoint, told: false })
      return true
    })
    if (isNew) tellAll()
  }

  return {
    get: () => Promise.resolve({ state: state() }),
    key: () => readKey(home()),
    enable: (subscription) => put(subscription, false),
    renew: (subscription) => put(subscription, true),
    async disable() {
      await ledger.change(async (change) => {
        for (const [url, row] of tables.pushes.held()) change.put(tables.pushes, url, withoutEndpoint(row))
      })
      tellAll()
    },
    live(url) {
      for (const [id] of mailboxesAt(url)) told.delete(id)
    },
    opened: tell,
  }
}

function withoutEndpoint({ device, key }: PushRow): PushRow {
  return { device, key, told: false }
}

function command({ readKey }: MailboxRow, device: Uint8Array, endpoint: string | undefined): MailboxCommand {
  return { kind: 'push.set', readKey, device, ...(endpoint === undefined ? {} : { endpoint }) }
}

/** It is told of it when it is opened. */
function isMissing(reply: MailboxReply): boolean {
  return reply.kind === 'error' && (reply.code === 'unknown-mailbox' || reply.code === 'gone')
}
