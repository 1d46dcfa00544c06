// This device cannot hear a contact any more: what is kept, and the way back.

import { useState } from 'preact/hooks'
import type { ContactView } from '../../../messenger/api.ts'
import { BeginAnew } from './begin-anew.tsx'
import { Notice } from './notice.tsx'

export function CutOffNotice({ contact: { name, ...contact } }: { readonly contact: ContactView }) {
  const [beginning, setBeginning] = useState(false)
  return (
    <Notice
      label="Connection lost"
      title={`You and ${name} have lost each other`}
      urgent
      words={
        <p>
          This device has no keys left that {name}’s device understands. Everything in this conversation stays, and what
          you write is kept here until you begin anew. Ask {name} for a new invite, over another way.
        </p>
      }
      actions={
        <button type="button" class="button button-small" onClick={() => setBeginning(true)}>
          Begin anew
        </button>
      }
    >
      {beginning && <BeginAnew contact={{ name, ...contact }} onClose={() => setBeginning(false)} />}
    </Notice>
  )
}
