// What each side of a conversation proves in a next handshake, and takes from the other, as its epochs go by.

import { acquaint, hear, meet, say, seededRandom } from '../../protocol/session/people.ts'
import { continuityOf } from '../../../src/protocol/session/continuity.ts'
import type { Session } from '../../../src/protocol/session/session.ts'
import type { CaseFile } from '../cases.ts'
import { type Scenario, build, scenario } from './scenario.ts'

function psks(name: string, session: Session): Scenario {
  const continuity = continuityOf(session)
  if (continuity === undefined) throw new Error('there is nothing to go on from')
  const { contactPsk, opened, exporters } = continuity
  return scenario(name, 'continuity.psks', { contactPsk, opened, exporters })
}

export async function continuityFile(): Promise<CaseFile> {
  const random = seededRandom('continuity psk')
  const cases = [1, 2, 1000].map((epoch) =>
    scenario(`of epoch ${epoch}`, 'continuity.psk', { contactPsk: random(32), exporter: random(32), epoch }),
  )
  const met = await meet({ seed: 'continuity' })
  const reply = await say(met.bo, 'hi', met.random)
  cases.push(psks('the responder has answered', reply.session))
  const heard = await hear(met.ana, reply.envelope)
  cases.push(psks('the initiator has opened epoch 1', heard.session))
  let { ana, bo } = await acquaint({ seed: 'continuity' })
  for (let epoch = 2; epoch < 6; epoch += 2) {
    cases.push(psks(`the initiator has begun epoch ${epoch}`, ana), psks(`the responder has opened epoch ${epoch}`, bo))
    const sent = await say(bo, 'b', met.random)
    const opened = await hear(ana, sent.envelope)
    cases.push(psks(`the responder has begun epoch ${epoch + 1}`, sent.session))
    cases.push(psks(`the initiator has opened epoch ${epoch + 1}`, opened.session))
    const answer = await say(opened.session, 'a', met.random)
    const done = await hear(sent.session, answer.envelope)
    ;[ana, bo] = [answer.session, done.session]
  }
  return build('The psks of handshakes that go on from a session, protocol version 1. Bytes are hex.', cases)
}
