// What a start prints below the address: at the first one, the way in.

import encodeQR from 'qr'
import type { RunningRelay } from '../server.ts'

/** How what is printed is shown. */
export interface Output {
  /**
   * Somebody sees it, and may point a camera at it. All else may be kept and read by others, by systemd, a container engine or in
   * a file: a link to join does not belong there.
   */
  readonly isTerminal: boolean
}

export function outputOf(stream: { readonly isTTY?: boolean }): Output {
  return { isTerminal: stream.isTTY === true }
}

/** Empty, or lines with an end. Makes the first invite of a relay for members. */
export async function welcomeText(relay: RunningRelay, { isTerminal }: Output): Promise<string> {
  const codeFor = (text: string): string => (isTerminal ? `\n${encodeQR(text, 'term')}\n` : '')
  const { origin, membership } = relay
  if (membership === 'open') {
    // Nobody else reaches this machine by that name.
    const isLocal = /^https?:\/\/(?:localhost|127\.|\[::1\])/.test(origin)
    return relay.isNew && !isLocal ? `Everybody may use it: ${origin}\n${codeFor(origin)}` : ''
  }
  if (!(await relay.isDeserted())) return ''
  if (membership === 'closed')
    return 'Nobody is a member, and nobody can become one: set membership to invite to let the first in.\n'
  const invite = isTerminal ? await relay.firstInvite() : undefined
  if (invite === undefined) return 'Nobody is a member yet: safelight-relay invite makes a link to join.\n'
  return `Your invite, for one person, until ${invite.until}: ${invite.link}\n${codeFor(invite.link)}It is shown this once. safelight-relay invite makes more.\n`
}
