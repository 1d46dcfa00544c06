// What is seen of a group.

import { toHex } from '../../protocol/bytes.ts'
import { pictureHash } from '../../protocol/group/picture.ts'
import type { GroupView } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { GroupDirectory } from './directory.ts'
import { contactOf } from './people.ts'

/** @throws UsageError `unknown-conversation` */
export function groupView(context: Context, directory: GroupDirectory, groupId: string): GroupView {
  const { tables, self, clock } = context
  const myId = toHex(self.fingerprint)
  const state = directory.get(groupId)?.state
  const row = tables.groups.peek(groupId)
  if (state === undefined || row === undefined) throw new UsageError('unknown-conversation')
  const me = directory.me(groupId)
  const isAdmin = me?.role === 'admin'
  const hash = state.picture && pictureHash(state.picture)
  return {
    id: groupId,
    conversationId: row.conversationId,
    name: state.name,
    isMember: me !== undefined,
    isAdmin,
    mayInvite: me !== undefined && (isAdmin || state.settings.adders === 'members'),
    adders: state.settings.adders,
    members: [...state.members].map(([person, { fingerprint, name, role }]) => {
      const contact = contactOf(context, person)
      const known = contact !== undefined && contact[1].peer === undefined ? contact : undefined
      return {
        fingerprint: toHex(fingerprint),
        name: person === myId ? self.row.name : (known?.[1].name ?? name),
        isAdmin: role === 'admin',
        isMe: person === myId,
        ...(known === undefined ? {} : { contactId: known[0] }),
      }
    }),
    asked: row.asked.map(({ fingerprint, name }) => ({ fingerprint: toHex(fingerprint), name })),
    ...(hash === undefined ? {} : { picture: toHex(hash) }),
    ...(row.joinLink === undefined || row.joinLink.expiresAt <= clock.now()
      ? {}
      : { link: { link: row.joinLink.link, expiresAt: row.joinLink.expiresAt } }),
    askers: (row.askers ?? []).flatMap(({ contactId, at, text }) => {
      const asker = tables.contacts.peek(contactId)
      if (asker === undefined || asker.state === 'blocked') return []
      const { name, fingerprint } = asker
      return [{ contactId, name, fingerprint: toHex(fingerprint), at, ...(text === undefined ? {} : { text }) }]
    }),
  }
}
