// Credentials for a TURN server of the same operator, as coturn takes them with `use-auth-secret` (the "TURN REST" scheme):
// the name is the second until which they are good, the password a MAC of it under a secret that both servers know. Nothing
// in them tells who has them.

import { createHmac } from 'node:crypto'

export interface TurnConfig {
  /** `turn:` and `turns:` addresses. */
  readonly urls: readonly string[]
  readonly secret: string
}

export interface TurnCredentials {
  readonly username: string
  readonly credential: string
}

export function turnCredentials(secret: string, untilMs: number): TurnCredentials {
  const username = String(Math.floor(untilMs / 1000))
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') }
}
