// What wakes a browser that is closed: an address at its maker's push service, which takes pushes signed with one key only
// (VAPID, RFC 8292). No payload is ever sent. Spec: docs/protocol.md §2.

import { limits } from '../limits.ts'

/** https, a name in lower case or an IPv4 address, no name or password before it, and no fragment. */
const endpointForm = /^https:\/\/[a-z0-9.-]+(:\d{1,5})?\/[!"$-~]*$/

/** The key: a point of P-256, uncompressed (65 bytes, the first one 4), in base64url. */
export const pushKeyForm = /^B[A-P][\w-]{85}$/

/** Whether it looks like the address of a subscription. A relay judges more: it sends nothing to just any server. */
export function isPushEndpoint(text: string): boolean {
  return text.length <= limits.pushEndpointBytes && endpointForm.test(text)
}
