// Two people compare a number, to be sure that nobody sits between them.

import type { ContactView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { Panel } from './panel.tsx'
import { safetyNumber } from './safety-number.ts'

export function VerifyPanel({ contact }: { readonly contact: ContactView }) {
  const { model } = useApp()
  const own = model.profile.value?.fingerprint
  const number = own === undefined ? '' : (safetyNumber(own, contact.fingerprint) ?? '')
  return (
    <Panel title="Verify" conversationId={contact.conversationId}>
      <p>
        Compare this number with {contact.name}: side by side, or in a call where you know the voice. If it is the same
        for both of you, nobody can read along.
      </p>
      <textarea class="field safety-number" aria-label="Safety number" readOnly rows={4} value={number} />
      <p class="hint">If it differs, do not send anything you would not show a stranger, and exchange new invites.</p>
    </Panel>
  )
}
