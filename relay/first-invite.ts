// The invite for whoever sets up a relay for members. It is made once: nobody is here, and no invite was ever made.

import type { AdminCommands } from './admin/server.ts'
import type { Membership } from './config/config.ts'
import type { RelayStore } from './storage/store.ts'

/** What `invite` answers. */
export interface FirstInvite {
  readonly link: string
  /** The last day. */
  readonly until: string
}

/** Undefined: somebody is here or was invited, or nobody needs an invite. */
export async function makeFirstInvite(
  store: RelayStore,
  membership: Membership,
  commands: AdminCommands,
): Promise<FirstInvite | undefined> {
  if (membership !== 'invite' || !(await isDeserted(store))) return undefined
  const made: unknown = await commands['invite']?.({})
  if (typeof made !== 'object' || made === null || !('link' in made) || !('until' in made)) return undefined
  return { link: String(made.link), until: String(made.until) }
}

/** Nobody has joined, was invited, or has a mailbox. */
export async function isDeserted(store: RelayStore): Promise<boolean> {
  const first = { after: 0, limit: 1 }
  if ((await store.membership.codes(first)).length > 0 || (await store.membership.members(first)).length > 0)
    return false
  return (await store.count()).mailboxes === 0
}
