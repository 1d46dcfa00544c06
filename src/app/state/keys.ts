// When a contact's keys need the person's word.

import type { ContactView } from '../../messenger/api.ts'

/** Nothing goes out to them until the person decides; it is kept on this device. */
export function sendingWaits({ keys, verified }: ContactView): boolean {
  return keys === 'conflict' || (keys === 'changed' && verified)
}
