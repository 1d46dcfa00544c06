// Several of my contacts, or one of them, by name.

import { useId, useState } from 'preact/hooks'
import type { ContactView } from '../../../messenger/api.ts'
import { Avatar } from '../../ui/avatar.tsx'
import { VerifiedBadge } from '../contact/verified-badge.tsx'
import '../../styles/group.css'
import '../../styles/tick.css'

export function ChoosePeople({
  contacts,
  chosen,
  canAdd = () => true,
  isOne = false,
  onChange,
}: {
  readonly contacts: readonly ContactView[]
  readonly chosen: readonly ContactView[]
  /** Whether they can be chosen besides those who are. */
  readonly canAdd?: (contact: ContactView) => boolean
  /** One in place of another. */
  readonly isOne?: boolean
  readonly onChange: (chosen: readonly ContactView[]) => void
}) {
  const id = useId()
  const [wanted, setWanted] = useState('')
  const found = contacts.filter(({ name }) => folded(name).includes(folded(wanted)))
  return (
    <div class="choose-people">
      <label htmlFor={id}>Find a contact</label>
      <input
        id={id}
        type="search"
        class="field"
        autocomplete="off"
        spellcheck={false}
        value={wanted}
        onInput={(event) => setWanted(event.currentTarget.value)}
      />
      <ul class="rows people" aria-label="Contacts">
        {found.map((contact) => {
          const isChosen = chosen.some((other) => other.id === contact.id)
          return (
            <li key={contact.id}>
              <label class="row-button">
                <input
                  type={isOne ? 'radio' : 'checkbox'}
                  name={isOne ? id : undefined}
                  autocomplete="off"
                  class="tick"
                  checked={isChosen}
                  disabled={!isChosen && !canAdd(contact)}
                  onChange={() =>
                    onChange(
                      isOne
                        ? [contact]
                        : isChosen
                          ? chosen.filter((other) => other.id !== contact.id)
                          : [...chosen, contact],
                    )
                  }
                />
                <Avatar name={contact.name} id={contact.fingerprint} size="small" />
                <span class="member-name">
                  <bdi>{contact.name}</bdi>
                </span>
                <VerifiedBadge contact={contact} />
                {contact.state === 'asked' && <span class="fine"> has not answered yet</span>}
              </label>
            </li>
          )
        })}
      </ul>
      <p class="hint" role="status">
        {found.length === 0 && 'Nobody is called that.'}
      </p>
    </div>
  )
}

function folded(name: string): string {
  return name.trim().normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase()
}
