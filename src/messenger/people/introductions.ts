// Introducing two contacts to each other: one is asked for a link, the other gets it. Both have to want it, and neither
// learns more of the other than a name, a fingerprint and that link. Spec: docs/protocol.md §6, Introductions.
//
//   A ──introduce──▶ C   (C says yes)   C ──introduced──▶ A ──meet──▶ B   (B says yes)   B ──request──▶ C, accepted at once

import { equalBytes, toHex } from '../../protocol/bytes.ts'
import type { Body } from '../../protocol/content/content.ts'
import { decodeInviteLink } from '../../protocol/invite/link.ts'
import type { ContactsApi, RequestView } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { SendAction } from '../delivery/actions.ts'
import { hexBytes, newId, pairConversationId } from '../ids.ts'
import { limits, times } from '../limits.ts'
import type { Change } from '../records/ledger.ts'
import type { ContactRow, IntroductionRow } from '../records/rows.ts'
import { mayUseRelay } from '../relay-name.ts'
import { isFollowed } from './followed.ts'
import type { Invites } from './invites.ts'

export type IntroductionBody = Extract<Body, { kind: 'introduce' | 'introduced' | 'meet' }>

export interface Introductions extends Pick<ContactsApi, 'introduce'> {
  received(change: Change, contactId: string, contact: ContactRow, body: IntroductionBody): Promise<void>
  /** What waits for my word, or what I do not want to see. */
  waiting(isIgnored: boolean): readonly RequestView[]
  /** My word; gives who introduced. @throws as `invites.connect` */
  accept(id: string): Promise<string>
  decline(id: string): Promise<void>
  /** Declines, and never hears from that account: not by its requests, and not by other introductions. */
  block(id: string): Promise<void>
}

export interface IntroductionParts {
  readonly send: SendAction
  readonly makeLink: Invites['make']
  readonly connect: (link: string) => Promise<unknown>
  readonly block: (change: Change, contactId: string) => Promise<void>
}

export function createIntroductions(context: Context, parts: IntroductionParts): Introductions {
  const { tables, ledger, clock, random, self, events } = context
  const { send, makeLink, connect, block } = parts

  const contactOf = (id: string): ContactRow => {
    const contact = tables.contacts.peek(id)
    if (contact === undefined || contact.state !== 'accepted' || contact.peer !== undefined)
      throw new UsageError('unknown-contact')
    return contact
  }

  const knownAs = (fingerprint: Uint8Array) =>
    [...tables.contacts.held()].find(([, row]) => equalBytes(row.fingerprint, fingerprint))
  const isContact = (fingerprint: Uint8Array): boolean => {
    const [, row] = knownAs(fingerprint) ?? []
    return row !== undefined && row.state !== 'request' && row.peer === undefined
  }

  const changed = (id: string): void => events.emit('change', { what: 'requests', id })

  async function keep(change: Change, id: string, row: IntroductionRow): Promise<boolean> {
    if ((await change.get(tables.introductions, id)) !== undefined) return false
    // What nobody answered for so long leads nowhere: its link is over.
    for (const [other, { at }] of tables.introductions.held())
      if (at < clock.now() - times.inviteMaxMs) change.delete(tables.introductions, other)
    const ofOne = [...tables.introductions.held()].filter(
      ([, other]) => other.contactId === row.contactId && other.what.kind !== 'mine',
    )
    if (ofOne.length >= limits.invitationsOfOne) return false
    // The same person by the same contact, whom I do not want to see.
    const isIgnored = ofOne.some(([, other]) => other.ignored === true && isSame(other, row))
    change.put(tables.introductions, id, { ...row, ...(isIgnored ? { ignored: true } : {}) })
    change.after(() => changed(id))
    return !isIgnored
  }

  /** Where I said that people I follow may introduce others. */
  function isWelcome(contact: ContactRow): boolean {
    const { whoMayWrite } = self.row
    return whoMayWrite === 'anyone' || (whoMayWrite === 'introduced' && isFollowed(context, contact.fingerprint))
  }

  /** Each makes keys and a mailbox, or a contact who was asked: their number is a stranger's to choose otherwise. */
  function hasRoom(): boolean {
    const now = clock.now()
    const links = [...tables.invites.held()].filter(
      ([, { introduced, over, expiresAt }]) => introduced !== undefined && !over && expiresAt > now,
    )
    const asked = [...tables.contacts.held()].filter(([, { state }]) => state === 'asked')
    return links.length + asked.length < limits.openIntroductions
  }

  async function meet(
    change: Change,
    contactId: string,
    { introduction, link }: Extract<IntroductionBody, { kind: 'introduced' }>,
  ): Promise<void> {
    const id = toHex(introduction)
    const row = await change.get(tables.introductions, id)
    if (row?.what.kind !== 'mine' || row.contactId !== contactId) return
    const introduced = await change.get(tables.contacts, contactId)
    const other = await change.get(tables.contacts, row.what.forContactId)
    change.delete(tables.introductions, id)
    const decoded = decodeInviteLink(link)
    // Somebody else's link would introduce them to a stranger in my name.
    const isTheirs =
      introduced !== undefined && decoded.ok && equalBytes(decoded.invite.fingerprint, introduced.fingerprint)
    if (!isTheirs || other?.state !== 'accepted') return
    await send(
      change,
      { conversationId: other.conversationId, contactIds: [row.what.forContactId] },
      {
        kind: 'meet',
        introduction,
        fingerprint: introduced.fingerprint,
        name: introduced.name,
        link,
        ...(row.text === undefined ? {} : { text: row.text }),
      },
    )
  }

  async function giveLink(id: string, row: IntroductionRow, fingerprint: Uint8Array): Promise<void> {
    // Its keys are at the relay before it is given away: who gets it may use it at once.
    const { link } = await makeLink(1, times.inviteMaxMs, { introduced: fingerprint, introducedBy: row.contactId })
    await ledger.change(async (change) => {
      if ((await change.get(tables.introductions, id)) === undefined) return
      change.delete(tables.introductions, id)
      const { conversationId } = contactOf(row.contactId)
      const target = { conversationId, contactIds: [row.contactId] }
      await send(change, target, { kind: 'introduced', introduction: hexBytes(id, 16), link })
      change.after(() => changed(id))
    })
  }

  const introductions: Introductions = {
    async introduce(contactId, forContactId, { text } = {}) {
      const [contact, other] = [contactOf(contactId), contactOf(forContactId)]
      if (contactId === forContactId) throw new UsageError('unknown-contact')
      const written = text?.trim().toWellFormed().slice(0, limits.captionLength)
      const said = written === undefined || written === '' ? {} : { text: written }
      await ledger.change(async (change) => {
        const id = newId(random)
        change.put(tables.introductions, id, {
          contactId,
          at: clock.now(),
          what: { kind: 'mine', forContactId },
          ...said,
        })
        await send(
          change,
          { conversationId: contact.conversationId, contactIds: [contactId] },
          {
            kind: 'introduce',
            introduction: hexBytes(id, 16),
            fingerprint: other.fingerprint,
            name: other.name,
            ...said,
          },
        )
      })
    },
    async received(change, contactId, contact, body) {
      if (contact.state !== 'accepted' || contact.peer !== undefined) return
      if (body.kind === 'introduced') return meet(change, contactId, body)
      const { introduction, fingerprint, name, text } = body
      if (isContact(fingerprint) || equalBytes(fingerprint, self.fingerprint)) return
      const id = toHex(introduction)
      const decoded = body.kind === 'meet' ? decodeInviteLink(body.link) : undefined
      if (decoded !== undefined && !(decoded.ok && equalBytes(decoded.invite.fingerprint, fingerprint))) return
      // Nobody signed the link, and whoever says yes sees a name and not where it leads.
      if (decoded?.ok === true && !mayUseRelay(context, decoded.invite.relays[0] ?? '')) return
      const isNew = await keep(change, id, {
        contactId,
        at: clock.now(),
        what:
          body.kind === 'meet'
            ? { kind: 'met', fingerprint, name, link: body.link }
            : { kind: 'asked', fingerprint, name },
        ...(text === undefined ? {} : { text }),
      })
      if (isNew && isWelcome(contact) && hasRoom())
        // What cannot be done now waits for the person.
        change.after(() => void introductions.accept(id).catch(() => context.log.debug('introduction-later')))
    },
    waiting: (isIgnored) =>
      [...tables.introductions.held()].flatMap(([id, { contactId, at, what, text, ignored }]) =>
        what.kind === 'mine' || (ignored === true) !== isIgnored
          ? []
          : [
              {
                id,
                name: what.name,
                receivedAt: at,
                fingerprint: toHex(what.fingerprint),
                introducedBy: tables.contacts.peek(contactId)?.name ?? '',
                messages: 0,
                previews: [],
                ...(text === undefined ? {} : { text }),
              },
            ],
      ),
    async accept(id) {
      const row = tables.introductions.peek(id)
      if (row === undefined || row.what.kind === 'mine') throw new UsageError('unknown-request')
      if (row.what.kind === 'asked') await giveLink(id, row, row.what.fingerprint)
      else {
        await connect(row.what.link)
        await introductions.decline(id)
      }
      return row.contactId
    },
    async decline(id) {
      await ledger.change(async (change) => change.delete(tables.introductions, id))
      changed(id)
    },
    async block(id) {
      const blocked = tables.introductions.peek(id)?.what
      if (blocked === undefined || blocked.kind === 'mine') throw new UsageError('unknown-request')
      const { fingerprint, name } = blocked
      await ledger.change(async (change) => {
        for (const [other, { what }] of tables.introductions.held())
          if (what.kind !== 'mine' && equalBytes(what.fingerprint, fingerprint))
            change.delete(tables.introductions, other)
        const [contactId] = knownAs(fingerprint) ?? []
        if (contactId !== undefined) return block(change, contactId)
        // As somebody whose own request was blocked: known by their account, and shown nowhere.
        const stranger = newId(random)
        change.put(tables.contacts, stranger, {
          fingerprint,
          name,
          createdAt: clock.now(),
          conversationId: toHex(pairConversationId(self.fingerprint, fingerprint)),
          state: 'request',
        })
        await block(change, stranger)
      })
      changed(id)
    },
  }
  return introductions
}

function isSame({ what: a }: IntroductionRow, { what: b }: IntroductionRow): boolean {
  return a.kind !== 'mine' && b.kind !== 'mine' && equalBytes(a.fingerprint, b.fingerprint)
}
