// The sentences about groups.

import { describe, expect, it } from 'vitest'
import { groupNameLength, groupPeople } from '../../../src/app/features/group/limits.ts'
import { lineText } from '../../../src/app/features/conversation/line-text.ts'
import { membersText } from '../../../src/app/features/group/members-text.ts'
import { statesText } from '../../../src/app/features/group/states-text.ts'
import type { DeliveryState, GroupMember } from '../../../src/messenger/api.ts'
import { limits } from '../../../src/protocol/limits.ts'

const me = { name: 'Ana', isMe: true }
const bo = { name: 'Bo', isMe: false }
const cem = { name: 'Cem', isMe: false }

it('offers as much as the protocol allows', () => {
  expect(groupPeople).toBe(limits.groupMembers)
  expect(groupNameLength).toBe(limits.nameCodePoints)
})

describe('a line', () => {
  it.each([
    [{ kind: 'created', by: me, name: 'The sea' }, 'You made the group The sea'],
    [{ kind: 'added', by: bo, who: cem }, 'Bo added Cem'],
    [{ kind: 'added', by: bo, who: me }, 'Bo added you'],
    [{ kind: 'removed', by: me, who: cem }, 'You removed Cem'],
    [{ kind: 'left', who: me }, 'You left'],
    [{ kind: 'renamed', by: bo, name: 'The lake' }, 'Bo named the group The lake'],
    [{ kind: 'admin', by: me, who: bo, isAdmin: true }, 'You made Bo an admin'],
    [{ kind: 'admin', by: bo, who: me, isAdmin: false }, 'Bo took the admin’s role from you'],
  ] as const)('%o', (line, text) => {
    expect(lineText(line)).toBe(text)
  })
})

describe('who is in a group', () => {
  const members = (...names: readonly string[]): GroupMember[] =>
    names.map((name) => ({ name, fingerprint: name, isAdmin: false, isMe: name === 'me' }))

  it.each([
    [['me'], 'Only you so far'],
    [['Bo', 'me'], 'Bo and you'],
    [['Bo', 'me', 'Cem', 'Dan'], 'Bo, Cem, Dan and you'],
    [['Bo', 'me', 'Cem', 'Dan', 'Eva'], 'Bo, Cem, you and 2 more'],
  ] as const)('%o', (names, text) => {
    expect(membersText({ isMember: true, members: members(...names) })).toBe(text)
  })

  it('is not for who is no member any more', () => {
    expect(membersText({ isMember: false, members: members('Bo', 'Cem') })).toBe('You are not in this group any more')
  })
})

describe('how far a message got', () => {
  const seen: DeliveryState = { kind: 'seen', at: 1 }
  const delivered: DeliveryState = { kind: 'delivered', at: 1 }
  const sending: DeliveryState = { kind: 'sending' }
  const kept: DeliveryState = { kind: 'kept', relay: 'relay.example', until: 1 }
  const failed: DeliveryState = { kind: 'failed', reason: 'removed' }
  const text = (...states: readonly DeliveryState[]) => statesText({ recipients: states.map((state) => ({ state })) })

  it('is in the usual words where it is the same for everybody', () => {
    expect(text(seen, { kind: 'seen', at: 2 })).toBe('Seen')
    expect(text(sending, sending)).toBe('Sending')
    expect(text(kept, kept)).toContain('Kept by relay.example until')
  })

  it('is of nobody where nobody is there, and says whether somebody may come', () => {
    expect(statesText({ recipients: [], awaited: 2 })).toBe('Waiting for people to join')
    expect(statesText({ recipients: [] })).toBe('Nobody is there to get it')
  })

  it('is counted where it is not, and who has seen it has got it', () => {
    expect(text(seen, delivered, seen)).toBe('Delivered to 3, seen by 2')
    expect(text(seen, kept, sending, failed)).toBe('Delivered to 1, seen by 1, kept for 1, sending to 1, failed for 1')
    expect(text(kept, sending)).toBe('Kept for 1, sending to 1')
    expect(text(kept, failed)).toBe('Kept for 1, failed for 1')
  })
})
