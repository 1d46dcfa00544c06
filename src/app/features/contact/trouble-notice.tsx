// This device cannot hear a contact: why, what is kept, and the way back.

import { useState } from 'preact/hooks'
import type { ContactView } from '../../../messenger/api.ts'
import { BeginAnew } from './begin-anew.tsx'
import { Notice } from './notice.tsx'

type Trouble = NonNullable<ContactView['trouble']>

export function TroubleNotice({ contact, trouble }: { readonly contact: ContactView; readonly trouble: Trouble }) {
  const [beginning, setBeginning] = useState(false)
  const { name } = contact
  return (
    <Notice
      label="Connection lost"
      title={trouble === 'cut-off' ? `You and ${name} have lost each other` : `Nothing from ${name} can be read`}
      urgent
      words={<p>{textOf(trouble, name)}</p>}
      actions={
        <button type="button" class="button button-small" onClick={() => setBeginning(true)}>
          Begin anew
        </button>
      }
    >
      {beginning && <BeginAnew contact={contact} onClose={() => setBeginning(false)} />}
    </Notice>
  )
}

function textOf(trouble: Trouble, name: string): string {
  if (trouble === 'cut-off')
    return `This device has no keys left that ${name}’s device understands. Everything in this conversation stays, and what you write is kept here until you begin anew. Ask ${name} for a new invite, over another way.`
  return `For an hour nothing from ${name} could be opened. Either this device has an old copy of the keys, or a relay damages what it carries. Everything in this conversation stays. Ask ${name} over another way; a new invite of theirs mends the first.`
}
