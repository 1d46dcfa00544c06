// Whose first words come to the inbox, with what each choice means.

import { useId } from 'preact/hooks'
import type { Settings } from '../../../messenger/api.ts'
import '../../styles/switch.css'
import '../../styles/tick.css'

const choices: readonly { readonly value: Settings['whoMayWrite']; readonly name: string; readonly hint: string }[] = [
  {
    value: 'following',
    name: 'People I follow',
    hint: 'Their first message comes to your inbox. What anybody else writes waits as a request.',
  },
  {
    value: 'introduced',
    name: 'And whom they introduce',
    hint: 'The same, and people whom somebody you follow introduces to you. What anybody else writes waits as a request.',
  },
  {
    value: 'anyone',
    name: 'Anyone with my link',
    hint: 'Whoever has a link of yours is a contact at once, without your word: what they send is fetched, they see when it was delivered, and a direct connection can show them your IP address.',
  },
  {
    value: 'nobody',
    name: 'Nobody',
    hint: 'New people do not reach you at all, and are not told so. What they write is kept unseen until you change this.',
  },
]

export function WhoMayWrite({
  settings,
  onChoose,
}: {
  readonly settings: Settings | undefined
  readonly onChoose: (value: Settings['whoMayWrite']) => void
}) {
  const id = useId()
  return (
    <fieldset class="plain radio-list" disabled={settings === undefined}>
      <legend>Who may write to me</legend>
      {choices.map(({ value, name, hint }) => (
        <div class="radio-row" key={value}>
          <input
            type="radio"
            class="tick"
            id={`${id}-${value}`}
            name="who-may-write"
            value={value}
            checked={settings?.whoMayWrite === value}
            aria-describedby={`${id}-${value}-hint`}
            onChange={() => onChoose(value)}
          />
          <div>
            <label htmlFor={`${id}-${value}`}>{name}</label>
            <p id={`${id}-${value}-hint`} class="hint">
              {hint}
            </p>
          </div>
        </div>
      ))}
      <p class="fine">Contacts whom you have stay as they are.</p>
    </fieldset>
  )
}
