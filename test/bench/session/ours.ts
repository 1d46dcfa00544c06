// Safelight's side of the `session` bench. Every message becomes an envelope of 4 KiB with its header sealed.

import { nodeSymmetric } from '../../../src/node-symmetric.ts'
import { offerSymmetric } from '../../../src/protocol/primitives/symmetric/choice.ts'
import { systemRandom } from '../../../src/protocol/primitives/system-random.ts'
import { decodeSession, encodeSession } from '../../../src/protocol/session/codec.ts'
import { openMessage } from '../../../src/protocol/session/open.ts'
import { sealMessage } from '../../../src/protocol/session/seal.ts'
import type { Session } from '../../../src/protocol/session/session.ts'
import { acquaint } from '../../protocol/session/people.ts'
import type { Conversation, WorkerOptions } from './conversation.ts'
import { message } from './conversation.ts'

interface Person {
  load(): Session
  save(session: Session): void
}

export async function ourConversation({
  isReread,
  hasNativeSymmetric,
}: Omit<WorkerOptions, 'side'>): Promise<Conversation> {
  if (hasNativeSymmetric) offerSymmetric(nodeSymmetric)
  const pair = await acquaint()
  const rows = new Map<string, Uint8Array>()
  const [ana, bo] = [person('ana', pair.ana), person('bo', pair.bo)]

  function person(name: string, begun: Session): Person {
    let held = begun
    rows.set(name, encodeSession(begun))
    return {
      load() {
        if (!isReread) return held
        const session = decodeSession(rows.get(name) ?? new Uint8Array(0))
        if (session === undefined) throw new Error('a stored session does not decode')
        return session
      },
      save(session) {
        held = session
        rows.set(name, encodeSession(session))
      },
    }
  }

  async function send(from: Person, to: Person): Promise<void> {
    const nowMs = Date.now()
    const sealed = await sealMessage(from.load(), message, { random: systemRandom, nowMs })
    from.save(sealed.session)
    const opened = await openMessage(to.load(), sealed.envelope, { nowMs })
    if ('failure' in opened) throw new Error(opened.failure)
    to.save(opened.session)
  }

  return {
    async oneWay(count) {
      for (let sent = 0; sent < count; sent += 1) await send(ana, bo)
    },
    async takingTurns(count) {
      for (let sent = 0; sent < count; sent += 1) await (sent % 2 === 0 ? send(bo, ana) : send(ana, bo))
    },
  }
}
