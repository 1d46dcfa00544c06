// Whom to write to: a contact, or somebody whose invite link was copied.

import { useState } from 'preact/hooks'
import { useApp } from '../../state/context.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Icon } from '../../ui/icon.tsx'
import { VerifiedBadge } from '../contact/verified-badge.tsx'

export function NewMessage({ onClose }: { readonly onClose: () => void }) {
  const { model, router } = useApp()
  const [link, setLink] = useState('')
  const contacts = (model.contacts.value ?? []).filter(({ state }) => state !== 'blocked')
  const open = (event: Event) => {
    event.preventDefault()
    if (link.trim() === '') return
    onClose()
    router.openInvite(link.trim())
  }
  return (
    <Dialog label="New message" onClose={onClose}>
      <ul class="rows" aria-label="Contacts" hidden={contacts.length === 0}>
        {contacts.map((contact) => (
          <li key={contact.id}>
            <button
              type="button"
              class="row-button"
              onClick={() => {
                onClose()
                router.go({ page: 'conversation', id: contact.conversationId })
              }}
            >
              <Avatar name={contact.name} id={contact.fingerprint} size="small" />
              <span dir="auto">{contact.name}</span>
              <VerifiedBadge contact={contact} />
            </button>
          </li>
        ))}
      </ul>
      {contacts.length === 0 && <p class="hint">You have no contacts yet.</p>}
      <form class="stack divided" onSubmit={open}>
        <label htmlFor="paste-invite">Somebody’s invite link</label>
        <div class="field-row">
          <input
            id="paste-invite"
            class="field"
            value={link}
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => setLink(event.currentTarget.value)}
          />
          <button type="submit" class="button" disabled={link.trim() === ''}>
            Open
          </button>
        </div>
      </form>
      <button
        type="button"
        class="row-button"
        onClick={() => {
          onClose()
          router.go({ page: 'profile' })
        }}
      >
        <span class="row-icon">
          <Icon name="link" size={20} />
        </span>
        Invite somebody new
      </button>
    </Dialog>
  )
}
