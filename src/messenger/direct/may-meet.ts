// Who may have a direct connection with this device, and find it for one: whoever has it sees an IP address.

import type { ContactRow } from '../records/rows.ts'

/**
 * Two people who said yes to each other. Who is known from a group alone did not: anybody whom its admins let in would see
 * the addresses of all, and so would whoever only asked to join.
 */
export function mayMeet(contact: Pick<ContactRow, 'state' | 'peer'> | undefined): boolean {
  return contact?.state === 'accepted' && contact.peer === undefined
}
