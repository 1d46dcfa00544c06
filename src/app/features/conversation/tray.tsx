// Chosen photos and videos before they are sent: a look at each, its words, and the quality for all.

import { useState } from 'preact/hooks'
import type { Quality } from '../../../messenger/ports.ts'
import { formatBytes } from '../../state/format.ts'
import { Icon } from '../../ui/icon.tsx'
import { later } from '../../ui/later.tsx'
import { LocalPreview } from '../../ui/local-preview.tsx'
import { changeChosen, removeChosen } from './chosen-media.ts'
import type { Choice } from './chosen-media.ts'

const Editor = later(async () => (await import('../editor/editor.tsx')).Editor)

const qualities: readonly { readonly value: Quality; readonly name: string; readonly hint: string }[] = [
  { value: 'standard', name: 'Standard', hint: 'Quick to send, sharp on every screen.' },
  { value: 'hd', name: 'HD', hint: 'More detail, larger.' },
  { value: 'original', name: 'Original', hint: 'Every pixel. Place, device and time are removed all the same.' },
]

export function Tray({
  choice,
  quality,
  onChoice,
  onQuality,
}: {
  readonly choice: Choice
  readonly quality: Quality
  readonly onChoice: (choice: Choice) => void
  readonly onQuality: (quality: Quality) => void
}) {
  const [selectedKey, select] = useState<number>()
  const [editedKey, edit] = useState<number>()
  const edited = choice.media.find(({ key }) => key === editedKey)
  const selected = choice.media.find(({ key }) => key === selectedKey) ?? choice.media[0]
  const totalBytes = choice.media.reduce((sum, { file }) => sum + file.size, 0)
  return (
    <div class="tray">
      <ul class="tray-items" aria-label="Chosen">
        {choice.media.map((item) => (
          <li key={item.key} class={item === selected ? 'tray-item selected' : 'tray-item'}>
            <button
              type="button"
              class="tray-pick"
              aria-label={`Describe ${item.name}`}
              aria-pressed={item === selected}
              onClick={() => select(item.key)}
            >
              <LocalPreview file={item.file} kind={item.kind} />
            </button>
            <button
              type="button"
              class="tray-remove tray-edit"
              aria-label={`Edit ${item.name}`}
              onClick={() => edit(item.key)}
            >
              <Icon name="edit" size={14} />
            </button>
            <button
              type="button"
              class="tray-remove"
              aria-label={`Remove ${item.name}`}
              onClick={() => onChoice(removeChosen(choice, item.key))}
            >
              <Icon name="close" size={14} />
            </button>
          </li>
        ))}
      </ul>
      {selected !== undefined && (
        <div class="tray-words">
          <input
            class="field"
            aria-label="Caption"
            placeholder="Caption"
            dir="auto"
            maxLength={1000}
            autocomplete="off"
            value={selected.caption}
            onInput={(event) => onChoice(changeChosen(choice, selected.key, { caption: event.currentTarget.value }))}
          />
          <input
            class="field"
            aria-label="Alt text"
            placeholder="Describe it for people who cannot see it"
            dir="auto"
            maxLength={1000}
            autocomplete="off"
            value={selected.altText}
            onInput={(event) => onChoice(changeChosen(choice, selected.key, { altText: event.currentTarget.value }))}
          />
        </div>
      )}
      <fieldset class="quality">
        <legend class="visually-hidden">Quality</legend>
        <div class="segments">
          {qualities.map(({ value, name }) => (
            <label key={value} class="segment">
              <input
                type="radio"
                name="quality"
                value={value}
                checked={quality === value}
                onChange={() => onQuality(value)}
              />
              <span>{name}</span>
            </label>
          ))}
        </div>
        <p class="fine">
          {qualities.find(({ value }) => value === quality)?.hint}
          {quality === 'original' && ` ${formatBytes(totalBytes)}.`}
        </p>
      </fieldset>
      {edited !== undefined && (
        <Editor
          item={edited}
          onDone={(change) => {
            edit(undefined)
            onChoice(changeChosen(choice, edited.key, change))
          }}
          onClose={() => edit(undefined)}
        />
      )}
    </div>
  )
}
