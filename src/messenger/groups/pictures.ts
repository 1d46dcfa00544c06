// Pictures of groups. The log says which one counts, by its hash; the bytes go from member to member in the session of the two,
// right behind the operation, or when somebody asks for them. Spec: docs/protocol.md §9, The picture.

import { equalBytes, fromHex, toHex } from '../../protocol/bytes.ts'
import type { Body } from '../../protocol/content/content.ts'
import { isGroupPicture, isPictureOf, pictureHash, pictureMark } from '../../protocol/group/picture.ts'
import { sha256 } from '../../protocol/primitives/hash.ts'
import type { GroupsApi } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { SendAction } from '../delivery/actions.ts'
import { times } from '../limits.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow } from '../records/rows.ts'
import type { Group, GroupDirectory } from './directory.ts'
import type { GroupActions } from './groups.ts'
import { contactOf, isReachable } from './people.ts'

type PictureBody = Extract<Body, { kind: 'picture' }>

export interface Pictures extends Pick<GroupsApi, 'setPicture' | 'picture'> {
  received(change: Change, contactId: string, contact: ContactRow, body: PictureBody): Promise<void>
  /** To somebody who has become a member, as far as it is here. */
  give(change: Change, group: Group, person: string): Promise<void>
  /** Looks whether one is missing, later: mostly it is on its way. */
  kick(): void
  stop(): void
}

export interface PictureParts {
  readonly directory: GroupDirectory
  readonly send: SendAction
  readonly act: GroupActions['act']
}

export function createPictures(context: Context, { directory, send, act }: PictureParts): Pictures {
  const { tables, clock, ledger, events, self } = context
  const myId = toHex(self.fingerprint)
  /** When somebody was last given one: whoever asks again and again fills their own mailbox, and slowly. */
  const givenAt = new Map<string, number>()
  /** How many of a group were asked in vain: the next one is somebody else. */
  const asked = new Map<string, number>()
  let cancel: (() => void) | undefined

  const hashOf = ({ state }: Pick<Group, 'state'>): Uint8Array | undefined =>
    state?.picture === undefined ? undefined : pictureHash(state.picture)

  const tell = (change: Change, person: string, body: PictureBody): Promise<void> => {
    const contact = contactOf(context, person)
    if (contact === undefined || !isReachable(contact[1])) return Promise.resolve()
    const [contactId, { conversationId }] = contact
    return send(change, { conversationId, contactIds: [contactId] }, body)
  }

  const changed = (groupId: string): void => events.emit('change', { what: 'conversations', id: groupId.slice(0, 32) })

  async function look(): Promise<void> {
    let isMissing = false
    for (const group of directory.all()) {
      const hash = hashOf(group)
      if (hash === undefined || directory.me(group.id) === undefined) continue
      const held = await tables.groupPictures.get(group.id)
      if (held !== undefined && equalBytes(held.hash, hash)) continue
      isMissing = true
      const others = [...(group.state?.members.keys() ?? [])].filter((person) => {
        const contact = contactOf(context, person)
        return person !== myId && contact !== undefined && isReachable(contact[1])
      })
      const turn = asked.get(group.id) ?? 0
      asked.set(group.id, turn + 1)
      const person = others[turn % Math.max(1, others.length)]
      const id = fromHex(group.id)
      if (person !== undefined && id !== undefined)
        await ledger.change((change) => tell(change, person, { kind: 'picture', group: id, hash }))
    }
    if (isMissing) again(times.reachLookMs)
  }

  function again(delayMs: number): void {
    cancel?.()
    cancel = clock.after(delayMs, () => {
      if (!context.closing.aborted) context.background(look(), 'picture-later')
    })
  }

  return {
    async setPicture(groupId, picture) {
      if (picture !== undefined && !isGroupPicture(picture)) throw new UsageError('bad-picture')
      const action = { kind: 'picture' as const, ...(picture === undefined ? {} : { manifest: pictureMark(picture) }) }
      await act(groupId, 'member', action, async (change, group) => {
        const id = fromHex(groupId)
        if (picture === undefined || id === undefined) return change.delete(tables.groupPictures, groupId)
        const hash = sha256(picture)
        change.put(tables.groupPictures, groupId, { hash, picture })
        for (const person of group.state?.members.keys() ?? [])
          if (person !== myId) await tell(change, person, { kind: 'picture', group: id, hash, picture })
      })
    },
    async picture(groupId) {
      const hash = hashOf(directory.get(groupId) ?? { state: undefined })
      const held = await tables.groupPictures.get(groupId)
      return hash !== undefined && held !== undefined && equalBytes(held.hash, hash) ? held.picture : undefined
    },
    async received(change, contactId, contact, { group, hash, picture }) {
      const groupId = toHex(group)
      const known = directory.get(groupId)
      const wanted = known && hashOf(known)
      const isMember = known?.state?.members.has(toHex(contact.fingerprint)) === true
      if (!isMember || wanted === undefined || !equalBytes(wanted, hash)) return
      const held = await change.get(tables.groupPictures, groupId)
      const isHere = held !== undefined && equalBytes(held.hash, hash)
      if (picture !== undefined) {
        if (isHere || !isPictureOf(hash, picture)) return
        change.put(tables.groupPictures, groupId, { hash, picture })
        change.after(() => changed(groupId))
        return
      }
      const now = clock.now()
      if (!isHere || now - (givenAt.get(contactId) ?? -Infinity) < times.pictureRestMs) return
      givenAt.set(contactId, now)
      await tell(change, toHex(contact.fingerprint), { kind: 'picture', group, hash, picture: held.picture })
    },
    async give(change, group, person) {
      const hash = hashOf(group)
      const held = await change.get(tables.groupPictures, group.id)
      const id = fromHex(group.id)
      if (id === undefined || hash === undefined || held === undefined || !equalBytes(held.hash, hash)) return
      await tell(change, person, { kind: 'picture', group: id, hash, picture: held.picture })
    },
    kick: () => again(times.pictureAskMs),
    stop: () => cancel?.(),
  }
}
