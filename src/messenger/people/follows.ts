// The follow list: a set whose entries merge one by one, so that two devices edited offline never wipe each other's list.
// It is this device's own; whom I follow is told to them alone, who may then give me their posts.

import { toHex } from '../../protocol/bytes.ts'
import type { FollowChange, FollowsApi } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { SendAction } from '../delivery/actions.ts'
import { limits } from '../limits.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow, FollowRow } from '../records/rows.ts'

/** The entry that both sides of a merge end with, whichever they start from. What was before is kept of both. */
export function mergeFollow(a: FollowRow | undefined, b: FollowRow): FollowRow {
  if (a === undefined) return b
  const newest = newestOf(a, b)
  const past = [...(a.past ?? []), ...(b.past ?? [])]
  const distinct = new Map(past.map((entry) => [`${entry.at}/${entry.following}`, entry]))
  const kept = [...distinct.values()].toSorted((x, y) => x.at - y.at || Number(x.following) - Number(y.following))
  const { following, clock, at } = newest
  return { following, clock, at, ...(kept.length === 0 ? {} : { past: kept.slice(-limits.followHistory) }) }
}

/** The entry after I decided otherwise. */
export function followChanged(row: FollowRow | undefined, following: boolean, at: number): FollowRow {
  const past = row === undefined ? [] : [...(row.past ?? []), { following: row.following, at: row.at }]
  return {
    following,
    clock: (row?.clock ?? 0) + 1,
    at,
    ...(past.length === 0 ? {} : { past: past.slice(-limits.followHistory) }),
  }
}

function newestOf(a: FollowRow, b: FollowRow): FollowRow {
  if (a.clock !== b.clock) return b.clock > a.clock ? b : a
  // The same count on both sides: not following is the careful reading; then the later mark, which is only shown.
  if (a.following !== b.following) return a.following ? b : a
  return a.at >= b.at ? a : b
}

export function createFollows(context: Context, send: SendAction): FollowsApi {
  const { tables, ledger, clock, events } = context

  const contactBy = (fingerprint: string): readonly [id: string, row: ContactRow] | undefined =>
    [...tables.contacts.held()].find(([, row]) => toHex(row.fingerprint) === fingerprint)

  /** The entry as it is now, and the word of it to whom it is about. */
  async function put(change: Change, fingerprint: string, next: FollowRow): Promise<void> {
    const before = await change.get(tables.follows, fingerprint)
    change.put(tables.follows, fingerprint, next)
    if ((before?.following ?? false) === next.following) return
    const [id, contact] = contactBy(fingerprint) ?? []
    if (id === undefined || contact === undefined) return
    if (contact.state === 'accepted' && contact.peer === undefined) {
      const target = { conversationId: contact.conversationId, contactIds: [id] }
      await send(change, target, { kind: 'follow', isFollowing: next.following })
    }
    if (!next.following) {
      const row = await change.get(tables.contacts, id)
      if (row?.approvesMe !== undefined) {
        const { approvesMe: _, ...rest } = row
        change.put(tables.contacts, id, rest)
      }
    }
    change.after(() => events.emit('change', { what: 'contacts', id }))
  }

  async function set(change: Change, fingerprint: string, following: boolean): Promise<void> {
    const row = await change.get(tables.follows, fingerprint)
    if ((row?.following ?? false) === following) return
    await put(change, fingerprint, followChanged(row, following, clock.now()))
  }

  const setContact = async (contactId: string, following: boolean): Promise<void> => {
    const fingerprint = tables.contacts.peek(contactId)?.fingerprint
    if (fingerprint === undefined) throw new UsageError('unknown-contact')
    await ledger.change((change) => set(change, toHex(fingerprint), following))
  }

  const answer = (contactId: string, isApproved: boolean): Promise<void> =>
    ledger.change(async (change) => {
      const row = await change.get(tables.contacts, contactId)
      if (row === undefined) throw new UsageError('unknown-contact')
      if (row.followsMe === undefined || row.followsMe === (isApproved ? 'approved' : 'declined')) return
      const { answerDue: _, ...rest } = row
      change.put(tables.contacts, contactId, { ...rest, followsMe: isApproved ? 'approved' : 'declined' })
      const target = { conversationId: row.conversationId, contactIds: [contactId] }
      if (row.state === 'accepted') await send(change, target, { kind: 'follower', isApproved })
      change.after(() => events.emit('change', { what: 'contacts', id: contactId }))
    })

  function history(): { readonly fingerprint: string; readonly change: FollowChange }[] {
    return [...tables.follows.held()]
      .flatMap(([fingerprint, { following, at, past = [] }]) => {
        const [contactId, contact] = contactBy(fingerprint) ?? []
        const who = { ...(contactId === undefined ? {} : { contactId }), name: contact?.name ?? '' }
        return [...past, { following, at }].map((entry) => ({ fingerprint, change: { ...who, ...entry } }))
      })
      .toSorted((a, b) => b.change.at - a.change.at)
  }

  return {
    add: (contactId) => setContact(contactId, true),
    remove: (contactId) => setContact(contactId, false),
    list() {
      const followed = new Set([...tables.follows.held()].filter(([, row]) => row.following).map(([key]) => key))
      const ids = [...tables.contacts.held()]
        .filter(([, row]) => followed.has(toHex(row.fingerprint)))
        .map(([id]) => id)
      return Promise.resolve(ids)
    },
    followers: () =>
      Promise.resolve(
        [...tables.contacts.held()]
          .flatMap(([contactId, { name, followsMe, state }]) =>
            state === 'accepted' && (followsMe === 'asked' || followsMe === 'approved')
              ? [{ contactId, name, state: followsMe }]
              : [],
          )
          .toSorted((a, b) => a.name.localeCompare(b.name)),
      ),
    approve: (contactId) => answer(contactId, true),
    decline: (contactId) => answer(contactId, false),
    history: () => Promise.resolve(history().map(({ change }) => change)),
    async undo() {
      const [newest] = history()
      if (newest === undefined) return undefined
      const { fingerprint, change: undone } = newest
      await ledger.change((change) => set(change, fingerprint, !undone.following))
      return { ...undone, following: !undone.following, at: clock.now() }
    },
    async export() {
      const { encodeFollowFile } = await import('./follow-file.ts')
      return encodeFollowFile(tables.follows.held())
    },
    async import(file) {
      const { decodeFollowFile } = await import('./follow-file.ts')
      const entries = decodeFollowFile(file)
      if (entries === undefined) throw new UsageError('bad-file')
      return ledger.change(async (change) => {
        let changed = 0
        for (const [fingerprint, row] of entries) {
          const before = await change.get(tables.follows, fingerprint)
          const merged = mergeFollow(before, row)
          if ((before?.following ?? false) !== merged.following) changed += 1
          await put(change, fingerprint, merged)
        }
        return changed
      })
    },
  }
}
