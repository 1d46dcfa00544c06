// Cuts any number of commands into requests that a relay accepts, and joins the replies.

import { TransportError } from '../../messenger/ports.ts'
import { limits as protocolLimits } from '../../protocol/limits.ts'
import { encodeRequest } from '../../protocol/mailbox/codec.ts'
import type { MailboxCommand, MailboxReply } from '../../protocol/mailbox/command.ts'

const firstId = 1

/**
 * Runs the commands in order; `run` gets encoded requests with ascending ids, each after the one before was answered.
 * @throws TransportError `not-a-relay` when the number of replies is wrong
 */
export async function runBatches(
  commands: readonly MailboxCommand[],
  run: (request: Uint8Array, id: number) => Promise<readonly MailboxReply[]>,
  nextId: () => number = () => firstId,
): Promise<readonly MailboxReply[]> {
  const replies: MailboxReply[] = []
  let rest = commands
  do {
    let count = Math.min(rest.length, protocolLimits.commandsPerRequest)
    const id = nextId()
    let request = encodeRequest({ id, commands: rest.slice(0, count) })
    while (request.length > protocolLimits.requestBytes && count > 1) {
      count = Math.ceil(count / 2)
      request = encodeRequest({ id, commands: rest.slice(0, count) })
    }
    const answers = await run(request, id)
    if (answers.length !== count) throw new TransportError('not-a-relay')
    replies.push(...answers)
    rest = rest.slice(count)
  } while (rest.length > 0)
  return replies
}
