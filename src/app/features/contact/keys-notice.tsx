// A contact's keys changed, or contradict each other: what it may mean, what waits or stops, and the person's word on it.

import { useState } from 'preact/hooks'
import type { ContactView } from '../../../messenger/api.ts'
import { sendingWaits } from '../../state/keys.ts'
import { href } from '../../state/route.ts'
import { Notice } from './notice.tsx'
import { ConfirmKeys, RefuseKeys } from './keys-word.tsx'

/** `compares`: where the person is comparing already, nothing leads there. */
export function KeysNotice({
  contact,
  compares = false,
}: {
  readonly contact: ContactView
  readonly compares?: boolean
}) {
  const [asking, setAsking] = useState<'confirm' | 'refuse'>()
  if (contact.keys === 'known') return null
  const waits = sendingWaits(contact)
  const close = () => setAsking(undefined)
  return (
    <Notice
      label="Keys"
      title={titleOf(contact)}
      urgent={waits}
      words={
        <>
          <p>{textOf(contact)}</p>
          {contact.aside !== undefined && <p>{asideText(contact.aside.messages)}</p>}
          {compares && (
            <p>The number below is the account’s and stays the same: ask {contact.name} about the device.</p>
          )}
        </>
      }
      actions={
        <>
          {!compares && (
            <a
              class="button button-small"
              href={href({ page: 'conversation', id: contact.conversationId, panel: 'verify' })}
            >
              Verify {contact.name}
            </a>
          )}
          <button type="button" class="button button-small" onClick={() => setAsking('confirm')}>
            These are theirs
          </button>
          <button type="button" class="button button-small button-danger" onClick={() => setAsking('refuse')}>
            Not theirs
          </button>
        </>
      }
    >
      {asking === 'confirm' && <ConfirmKeys contact={contact} onClose={close} />}
      {asking === 'refuse' && <RefuseKeys contact={contact} onClose={close} />}
    </Notice>
  )
}

function titleOf(contact: ContactView): string {
  const { keys, name } = contact
  const what = keys === 'conflict' ? `${name}’s keys contradict each other` : `${name}’s keys changed`
  return sendingWaits(contact) ? `${what}: sending waits` : what
}

function textOf({ keys, name, aside, verified }: ContactView): string {
  if (keys === 'conflict')
    return `${name}’s account says two different things about its devices. Somebody may have copied it, or an old backup of it is in use. Ask ${name} in a call or when you meet before you go on.`
  if (aside !== undefined)
    return `Somebody with ${name}’s account began anew and does not know all that was said before: ${name} after a loss, or somebody who got hold of the account. Ask ${name} in a call or when you meet.`
  if (verified)
    return `You verified ${name}, and now another device writes with this account. ${name} may have a new device or have restored a backup; or somebody else got hold of the account. Ask ${name} in a call or when you meet.`
  return `${name} has a new device, or one that was set up anew. It knew what was said before, so it is most likely theirs.`
}

function asideText(messages: number): string {
  if (messages === 0) return 'They have written nothing yet.'
  return `${messages === 1 ? '1 message waits' : `${messages} messages wait`}, unread, until you decide.`
}
