// Two people compare a number or scan a code, to be sure that nobody sits between them, and mark each other as verified.

import { useEffect, useState } from 'preact/hooks'
import type { CodeResult, ContactView, SafetyNumber } from '../../../messenger/api.ts'
import { errorText } from '../../error-text.ts'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { Icon } from '../../ui/icon.tsx'
import { later } from '../../ui/later.tsx'
import { QrCode } from '../../ui/qr-code.tsx'
import { useTask } from '../../ui/use-task.ts'
import { codeText } from './code-text.ts'
import { KeysNotice } from './keys-notice.tsx'
import { Panel } from './panel.tsx'

// With the decoder, which is as large as the rest of the page's own code.
const ScanDialog = later(async () => (await import('./scan-dialog.tsx')).ScanDialog)

export function VerifyPanel({ contact }: { readonly contact: ContactView }) {
  const { model } = useApp()
  const [number, setNumber] = useState<SafetyNumber>()
  const [failure, setFailure] = useState<string>()
  const [scanning, setScanning] = useState(false)
  const [result, setResult] = useState<CodeResult>()
  const task = useTask()

  useEffect(() => {
    let current = true
    model.calls.safetyNumber(contact.id).then(
      (made) => current && setNumber(made),
      (error: unknown) => current && setFailure(errorText(error)),
    )
    return () => (current = false)
  }, [contact.id])

  const mark = (verified: boolean) =>
    task.run(async () => {
      await model.calls.setVerified(contact.id, verified)
      await model.refresh('contacts')
      setResult(undefined)
    })

  return (
    <Panel title="Verify" conversationId={contact.conversationId}>
      <KeysNotice contact={contact} compares />
      {contact.verified && contact.keys === 'known' && (
        <p class="confirmed">
          <Icon name="shield" size={20} />
          <span>You verified {contact.name}.</span>
        </p>
      )}
      <p>Make sure that you write to the true {contact.name}, and that nobody sits between you.</p>
      {failure !== undefined && <Alert>{failure}</Alert>}
      <div class="panel-group verify-way">
        <h3>When you meet</h3>
        <p class="hint">Scan the code on each other’s screen.</p>
        <div class="qr-frame">{number !== undefined && <QrCode text={number.qr} name="Verification QR code" />}</div>
        <button type="button" class="button" onClick={() => setScanning(true)}>
          <Icon name="scan" size={20} />
          Scan their code
        </button>
        {result !== undefined && <Result result={result} name={contact.name} />}
      </div>
      <div class="panel-group verify-way">
        <h3>In a call</h3>
        <p class="hint">Read the number out to a voice that you know.</p>
        <label class="fine" htmlFor="safety-number">
          Safety number
        </label>
        <textarea
          id="safety-number"
          class="field safety-number"
          dir="ltr"
          autocomplete="off"
          readOnly
          rows={4}
          aria-busy={number === undefined}
          value={number === undefined ? '' : grouped(number.digits)}
        />
        <p class="hint">
          It is the same on both screens. If yours differ, send nothing you would not show a stranger, and exchange new
          invites.
        </p>
      </div>
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      {/* While keys are in question, a mark set or taken would decide what is sent: using the new keys comes first. Nor is
          there a mark to set right below a code that says no. */}
      {contact.keys === 'known' && (contact.verified || (result !== 'not-me' && result !== 'not-them')) && (
        <button
          type="button"
          class={result === 'match' && !contact.verified ? 'button button-primary' : 'button'}
          disabled={task.busy}
          onClick={() => mark(!contact.verified)}
        >
          {contact.verified ? 'Remove verification' : 'Mark as verified'}
        </button>
      )}
      {scanning && <ScanDialog contact={contact} onClose={() => setScanning(false)} onResult={setResult} />}
    </Panel>
  )
}

function Result({ result, name }: { readonly result: CodeResult; readonly name: string }) {
  if (result !== 'match') return <Alert>{codeText(result, name)}</Alert>
  return (
    <p class="confirmed" role="status">
      <Icon name="check" size={20} />
      <span>{codeText(result, name)}</span>
    </p>
  )
}

/** In fives, as they are read out. */
function grouped(digits: string): string {
  return digits.match(/.{5}/g)?.join(' ') ?? ''
}
