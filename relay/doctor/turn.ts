// Does the TURN server answer, does it ask who is there, and does it take the credentials that the relay gives out?

import type { TurnConfig } from '../turn/credentials.ts'
import { turnCredentials } from '../turn/credentials.ts'
import { openTurnLine, parseTurnUrl } from '../turn/exchange.ts'
import { turnRequest } from '../turn/message.ts'
import type { Finding } from './check.ts'
import { bad, good } from './check.ts'

const unauthorized = 401
const goodForMs = 60_000

export function checkTurn({ urls, secret }: TurnConfig, now: number): Promise<readonly Finding[]> {
  return Promise.all(urls.map((url) => checkServer(url, secret, now)))
}

async function checkServer(url: string, secret: string, now: number): Promise<Finding> {
  const subject = 'TURN'
  const address = parseTurnUrl(url)
  if (address === undefined) return bad(subject, `${url} is no address of a TURN server.`)
  const line = openTurnLine(address)
  try {
    const asked = await line.ask(turnRequest('allocate'))
    if (asked === undefined)
      return bad(subject, `${url} does not answer: is the TURN server running, and is its port open?`)
    if (asked.errorCode === 0)
      return bad(
        subject,
        `${url} serves everybody without credentials: set use-auth-secret there, before others find it.`,
      )
    if (asked.errorCode !== unauthorized || asked.challenge === undefined)
      return bad(subject, `${url} answers with error ${asked.errorCode}: is it set to use-auth-secret?`)
    const identity = { credentials: turnCredentials(secret, now + goodForMs), challenge: asked.challenge }
    const allowed = await line.ask(turnRequest('allocate', identity))
    if (allowed?.errorCode === unauthorized)
      return bad(
        subject,
        `${url} refuses the relay's credentials: static-auth-secret there and turn-secret here must be the same, and both clocks right.`,
      )
    if (allowed?.errorCode !== 0)
      return bad(
        subject,
        `${url} takes the credentials, but gives no address (${allowed === undefined ? 'no answer' : `error ${allowed.errorCode}`}).`,
      )
    await line.ask(turnRequest('refresh', identity))
    return good(subject, `${url} answers, and takes the relay's credentials.`)
  } finally {
    line.close()
  }
}
