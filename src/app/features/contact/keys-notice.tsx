// A contact's keys changed, or contradict each other: what it may mean, what it stops, and what the person can do.

import type { ContactView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { sendingWaits } from '../../state/keys.ts'
import { href } from '../../state/route.ts'
import { Alert } from '../../ui/alert.tsx'
import { Icon } from '../../ui/icon.tsx'
import { useTask } from '../../ui/use-task.ts'
import '../../styles/contact.css'

/** `compares`: where the person is comparing already, nothing leads there. */
export function KeysNotice({
  contact,
  compares = false,
}: {
  readonly contact: ContactView
  readonly compares?: boolean
}) {
  const { model } = useApp()
  const task = useTask()
  if (contact.keys === 'known') return null
  const waits = sendingWaits(contact)
  const useKeys = () =>
    task.run(async () => {
      await model.calls.confirmKeys(contact.id)
      await model.refresh('contacts')
    })
  return (
    <section class={`keys-notice keys-${contact.keys} ${waits ? 'keys-waits' : ''}`} aria-label="Keys">
      <Icon name={waits ? 'alert' : 'info'} size={20} />
      <div class="keys-words" role={waits ? 'alert' : 'status'}>
        {waits && <h2>{titleOf(contact)}</h2>}
        <p>{textOf(contact)}</p>
        {compares && <p>The number below is the account’s and stays the same: ask {contact.name} about the device.</p>}
        {task.error !== undefined && <Alert>{task.error}</Alert>}
      </div>
      <div class="keys-actions">
        {!compares && (
          <a
            class="button button-small"
            href={href({ page: 'conversation', id: contact.conversationId, panel: 'verify' })}
          >
            Verify {contact.name}
          </a>
        )}
        <button
          type="button"
          class={waits ? 'button button-small button-danger' : 'button button-small'}
          disabled={task.busy}
          onClick={useKeys}
        >
          Use new keys
        </button>
      </div>
    </section>
  )
}

function titleOf({ keys, name }: ContactView): string {
  return keys === 'conflict' ? `${name}’s keys contradict each other` : `${name}’s keys changed`
}

function textOf(contact: ContactView): string {
  const { keys, name } = contact
  if (keys === 'conflict')
    return `${name}’s account says two different things about its devices. Somebody may have copied it, or an old backup of it is in use. Ask ${name} in a call or when you meet before you go on.`
  if (sendingWaits(contact))
    return `You verified ${name}, and now another device writes with this account. ${name} may have a new device or have restored a backup; or somebody else got hold of the account. Ask ${name} in a call or when you meet.`
  return `${name}’s keys changed: a new device, or one that was set up anew. What it writes may wait until you use the new keys.`
}
