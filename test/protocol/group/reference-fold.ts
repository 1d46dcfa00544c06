// docs/protocol.md §9, "What counts", written down again as it stands there, for comparison: sets of operations instead of bits,
// everything looked up anew, and no state that is carried along. Slow, and made from the text alone.

import type { Entry, GroupLog } from '../../../src/protocol/group/log.ts'

type Ends = 'membership' | 'right'

interface Round {
  readonly counts: Set<Entry>
  /** What took the last admin away, and who became one by it. */
  readonly heirs: Map<Entry, string>
}

export function referenceFold(log: GroupLog): unknown {
  const entries = [...log.entries.values()].toSorted(before)
  const pasts = new Map<Entry, Set<Entry>>()
  for (const entry of entries) {
    const past = new Set(entry.parents)
    for (const parent of entry.parents) for (const older of pasts.get(parent) ?? []) past.add(older)
    pasts.set(entry, past)
  }
  const isPast = (older: Entry, entry: Entry): boolean => pasts.get(entry)?.has(older) === true
  const isConcurrent = (a: Entry, b: Entry): boolean => a !== b && !isPast(a, b) && !isPast(b, a)
  const revocations = entries.filter(({ operation }) => operation.revokedDeviceKey !== undefined)

  const counts = new Set<Entry>()
  const heirs = new Map<Entry, string>()
  const inForceBefore = new Set<Entry>()
  for (const segment of segmentsOf()) {
    const { decided, dropped } = decide(segment)
    const round = judge(segment, decided, decided)
    for (const entry of dropped) round.counts.delete(entry)
    for (const entry of round.counts) counts.add(entry)
    for (const [entry, heir] of round.heirs) heirs.set(entry, heir)
    for (const entry of decided) inForceBefore.add(entry)
  }
  const result: Round = { counts, heirs }
  const ids = new Set(entries.map(personIn).filter((id) => id !== undefined))
  const members = [...ids].filter((id) => isMemberNow(id, result, inForceBefore))
  const senior = members.toSorted((a, b) =>
    compare(seniority(a, result, inForceBefore), seniority(b, result, inForceBefore)),
  )
  const lastOf = (accepts: (entry: Entry) => boolean): Entry | undefined =>
    entries.findLast((entry) => counts.has(entry) && accepts(entry))
  const naming = lastOf(({ operation: { action } }) => action.kind === 'create' || action.kind === 'rename')?.operation
    .action
  const setting = lastOf(({ operation: { action } }) => action.kind === 'settings')?.operation.action
  return {
    members: senior.map((id) => ({
      id,
      role: isAdminNow(id, result, inForceBefore) ? 'admin' : 'member',
      ...contactOf(id, lastOf),
    })),
    ignored: new Set(entries.filter((entry) => !counts.has(entry)).map(({ operation }) => operation.id)),
    name: naming?.kind === 'create' || naming?.kind === 'rename' ? naming.name : undefined,
    adders: setting?.kind === 'settings' ? setting.adders : 'admins',
  }

  function segmentsOf(): Entry[][] {
    const segments: Entry[][] = [[]]
    for (const [index, entry] of entries.entries()) {
      const isCut = entries.every(
        (other, place) => place === index || (place < index ? isPast(other, entry) : isPast(entry, other)),
      )
      if (isCut) segments.push([entry], [])
      else segments.at(-1)?.push(entry)
    }
    return segments.filter(({ length }) => length > 0)
  }

  function decide(segment: readonly Entry[]): { decided: Set<Entry>; dropped: Set<Entry> } {
    const departures = segment.filter((entry) => endsOf(entry) !== undefined)
    const decided = new Set<Entry>()
    const dropped = new Set<Entry>()
    for (;;) {
      const round = judge(segment, decided, decided)
      const fallen = [...decided].filter((entry) => !round.counts.has(entry))
      for (const entry of fallen) {
        decided.delete(entry)
        dropped.add(entry)
      }
      if (fallen.length > 0) continue
      const open = departures.filter((entry) => !decided.has(entry) && !dropped.has(entry))
      const possible = open.filter((entry) => round.counts.has(entry))
      if (possible.length === 0) return { decided, dropped }
      const strict = judge(segment, decided, new Set([...decided, ...possible]))
      let chosen = possible.filter((entry) => strict.counts.has(entry))
      if (chosen.length === 0) {
        const places = possible.map((entry) => ({ entry, place: seniorityAt(entry, round, decided) }))
        const first = places.toSorted((a, b) => compare(a.place, b.place))[0]?.entry.operation.authorId
        chosen = possible.filter(({ operation }) => operation.authorId === first)
      }
      for (const entry of chosen) decided.add(entry)
    }
  }

  function judge(segment: readonly Entry[], decided: Set<Entry>, inForce: Set<Entry>): Round {
    const round: Round = { counts: new Set(counts), heirs: new Map(heirs) }
    const performed = new Set(inForceBefore)
    for (const entry of segment) {
      if (!doesCount(entry, round, performed, decided, inForce)) continue
      round.counts.add(entry)
      const ends = endsOf(entry)
      if (ends === undefined || !inForce.has(entry)) continue
      performed.add(entry)
      const people = [...ids_()].filter((id) => isMemberNow(id, round, performed))
      const seniors = people.toSorted((a, b) => compare(seniority(a, round, performed), seniority(b, round, performed)))
      if (seniors[0] !== undefined && !people.some((id) => isAdminNow(id, round, performed)))
        round.heirs.set(entry, seniors[0])
    }
    return round
  }

  function ids_(): Set<string> {
    return new Set(entries.map(personIn).filter((id) => id !== undefined))
  }

  function doesCount(
    entry: Entry,
    round: Round,
    performed: Set<Entry>,
    decided: Set<Entry>,
    inForce: Set<Entry>,
  ): boolean {
    const { action, authorId, deviceKey, memberId = '', consent } = entry.operation
    if (action.kind === 'create' || action.kind === 'revoke') return true
    const isRevoked = (key: string): boolean =>
      revocations.some((other) => other.operation.revokedDeviceKey === key && !isPast(entry, other))
    const departs = (id: string, ends: readonly Ends[]): boolean =>
      [...inForce].some((other) => {
        const kind = endsOf(other)
        return (
          other.operation.memberId === id && kind !== undefined && ends.includes(kind) && isConcurrent(other, entry)
        )
      })
    if (isRevoked(deviceKey)) return false
    if (!isMemberAt(authorId, entry, round, performed)) return false
    const setting = entries.findLast(
      (other) => other.operation.action.kind === 'settings' && round.counts.has(other) && isPast(other, entry),
    )
    const said = setting?.operation.action
    const areAdding = said?.kind === 'settings' && said.adders === 'members'
    const needsAdmin =
      ['remove', 'admin', 'settings', 'timer'].includes(action.kind) ||
      (action.kind === 'add' && (action.isAdmin || !areAdding))
    if (needsAdmin && !isAdminAt(authorId, entry, round, performed)) return false
    if (
      action.kind !== 'leave' &&
      !decided.has(entry) &&
      departs(authorId, needsAdmin ? ['membership', 'right'] : ['membership'])
    )
      return false
    if (action.kind === 'add') {
      if (consent === undefined || isRevoked(consent.deviceKey)) return false
      const isUsed = [...round.counts].some(
        (other) => other.operation.consent?.id === consent.id && isPast(other, entry),
      )
      return !isUsed && !departs(memberId, ['membership'])
    }
    if (action.kind === 'remove') return memberId !== authorId && isMemberAt(memberId, entry, round, performed)
    if (action.kind !== 'admin') return true
    if (!isMemberAt(memberId, entry, round, performed)) return false
    return action.isAdmin ? !departs(memberId, ['membership', 'right']) : isAdminAt(memberId, entry, round, performed)
  }

  function memberships(id: string, round: Round): Entry[] {
    return entries.filter((entry) => round.counts.has(entry) && personIn(entry) === id)
  }

  function endings(start: Entry, id: string, performed: Set<Entry>): Entry[] {
    return [...performed].filter(
      (other) => other.operation.memberId === id && endsOf(other) === 'membership' && isPast(start, other),
    )
  }

  function isMemberNow(id: string, round: Round, performed: Set<Entry>): boolean {
    return memberships(id, round).some((start) => endings(start, id, performed).length === 0)
  }

  function isMemberAt(id: string, entry: Entry, round: Round, performed: Set<Entry>): boolean {
    return memberships(id, round).some(
      (start) => isPast(start, entry) && !endings(start, id, performed).some((other) => isPast(other, entry)),
    )
  }

  function seniority(id: string, round: Round, performed: Set<Entry>): Entry | undefined {
    return memberships(id, round).find((start) => endings(start, id, performed).length === 0)
  }

  function seniorityAt(entry: Entry, round: Round, decided: Set<Entry>): Entry | undefined {
    const performed = new Set([...inForceBefore, ...decided])
    const { authorId } = entry.operation
    return memberships(authorId, round).find(
      (start) => isPast(start, entry) && !endings(start, authorId, performed).some((other) => isPast(other, entry)),
    )
  }

  /** What gave somebody the right, without what was lost on the way. */
  function rights(id: string, round: Round): Entry[] {
    return entries.filter((entry) => {
      if (!round.counts.has(entry)) return false
      const { action, authorId, memberId } = entry.operation
      if (round.heirs.get(entry) === id) return true
      if (action.kind === 'create') return authorId === id
      if (memberId !== id) return false
      if (action.kind === 'admin') return action.isAdmin
      return action.kind === 'add' && action.isAdmin
    })
  }

  function rightEndings(start: Entry, id: string, round: Round, performed: Set<Entry>): Entry[] {
    return [...performed].filter((other) => {
      if (other.operation.memberId !== id || other === start) return false
      if (endsOf(other) === 'right') return isPast(start, other)
      // However it was given: by what is earlier in the order too.
      return (
        isPast(start, other) || (isConcurrent(start, other) && (before(start, other) < 0 || !round.heirs.has(start)))
      )
    })
  }

  function isAdminNow(id: string, round: Round, performed: Set<Entry>): boolean {
    if (!isMemberNow(id, round, performed)) return false
    return rights(id, round).some(
      (start) => grantsRight(start, id, performed) && rightEndings(start, id, round, performed).length === 0,
    )
  }

  function isAdminAt(id: string, entry: Entry, round: Round, performed: Set<Entry>): boolean {
    return rights(id, round).some(
      (start) =>
        isPast(start, entry) &&
        grantsRight(start, id, performed) &&
        !rightEndings(start, id, round, performed).some((other) => isPast(other, entry)),
    )
  }

  /** An addition as admin gives none where a departure of the person is concurrent. */
  function grantsRight(start: Entry, id: string, performed: Set<Entry>): boolean {
    if (start.operation.action.kind !== 'add') return true
    return ![...performed].some((other) => other.operation.memberId === id && isConcurrent(other, start))
  }
}

function contactOf(id: string, lastOf: (accepts: (entry: Entry) => boolean) => Entry | undefined) {
  const naming = lastOf((entry) => personIn(entry) === id)?.operation
  const linking = lastOf(
    (entry) => personIn(entry) === id || (entry.operation.action.kind === 'address' && entry.operation.authorId === id),
  )?.operation
  const name = naming?.action.kind === 'create' ? naming.action.creatorName : naming?.consent?.name
  const action = linking?.action
  return { name, link: action?.kind === 'create' || action?.kind === 'address' ? action.link : linking?.consent?.link }
}

/** Whom it makes a member. */
function personIn({ operation: { action, authorId, memberId } }: Entry): string | undefined {
  if (action.kind === 'create') return authorId
  return action.kind === 'add' ? memberId : undefined
}

function endsOf({ operation: { action } }: Entry): Ends | undefined {
  if (action.kind === 'remove' || action.kind === 'leave') return 'membership'
  return action.kind === 'admin' && !action.isAdmin ? 'right' : undefined
}

function compare(a: Entry | undefined, b: Entry | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  return before(a, b)
}

function before(a: Entry, b: Entry): number {
  return a.depth - b.depth || (a.operation.id < b.operation.id ? -1 : Number(a !== b))
}
