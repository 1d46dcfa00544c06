// What was chosen, before it is sent: a look at each, its words and its place, and how all of it goes out.

import { useState } from 'preact/hooks'
import { errorText } from '../../error-text.ts'
import { AppError } from '../../state/app-error.ts'
import { Alert } from '../../ui/alert.tsx'
import { Icon } from '../../ui/icon.tsx'
import { later } from '../../ui/later.tsx'
import { LocalPreview } from '../../ui/local-preview.tsx'
import { useApp } from '../../state/context.ts'
import { VoicePreview } from '../voice/voice-preview.tsx'
import { changeChosen, moveChosen, removeChosen } from './change-chosen.ts'
import { maxMedia } from './chosen-media.ts'
import type { Choice, ChosenMedia } from './chosen-media.ts'
import { TrayManner } from './tray-manner.tsx'
import '../../styles/tray.css'

const Editor = later(async () => (await import('../editor/editor.tsx')).Editor)

interface Properties {
  readonly choice: Choice
  readonly onChoice: (next: Choice | ((current: Choice) => Choice)) => void
}

/** `onlyQuality`: of how it goes out, nothing else is chosen. */
export function Tray({ choice, onChoice, onlyQuality = false }: Properties & { readonly onlyQuality?: boolean }) {
  const [selectedKey, select] = useState<number>()
  const [editedKey, edit] = useState<number>()
  const { media } = choice
  const edited = media.find(({ key }) => key === editedKey)
  const seen = media.filter(({ kind }) => kind !== 'voice')
  const selected = seen.find(({ key }) => key === selectedKey) ?? seen[0]
  const isRecorded = media.some(({ recorded }) => recorded !== undefined)
  return (
    <div class="tray">
      <ul class="tray-items" aria-label="Chosen">
        {media.map((item) => (
          <TrayItem
            key={item.key}
            item={item}
            isSelected={item === selected}
            choice={choice}
            onChoice={onChoice}
            onSelect={() => select(item.key)}
            onEdit={() => edit(item.key)}
          />
        ))}
      </ul>
      {selected !== undefined && (
        <Words
          item={selected}
          choice={choice}
          onChoice={(changed) => {
            // What is worked on stays in hand, wherever it moves.
            select(selected.key)
            onChoice(changed)
          }}
        />
      )}
      {seen.length > 0 && <TrayManner choice={choice} onlyQuality={onlyQuality} onChoice={onChoice} />}
      {media.length > maxMedia && <Alert>{errorText(new AppError({ key: 'usage/too-many-attachments' }))}</Alert>}
      {isRecorded && <p class="fine">What you recorded is only in this tab until you send it.</p>}
      {edited !== undefined && edited.kind !== 'voice' && (
        <Editor
          item={edited}
          onDone={(change) => {
            edit(undefined)
            // A photo took a while to make: what was recorded or dropped meanwhile is not in this view's `choice`.
            onChoice((current) => changeChosen(current, edited.key, change))
          }}
          onClose={() => edit(undefined)}
        />
      )}
    </div>
  )
}

function TrayItem({
  item,
  isSelected,
  choice,
  onChoice,
  onSelect,
  onEdit,
}: Properties & {
  readonly item: ChosenMedia
  readonly isSelected: boolean
  readonly onSelect: () => void
  readonly onEdit: () => void
}) {
  const { key, name, kind, file, recorded } = item
  const { tools } = useApp()
  const isVoice = kind === 'voice'
  return (
    <li
      class={['tray-item', ...(isSelected ? ['selected'] : []), ...(isVoice ? ['tray-voice'] : [])].join(' ')}
      draggable={!isVoice && choice.media.length > 1}
      onDragStart={(event) => event.dataTransfer?.setData(draggedType, String(key))}
      onDragOver={(event) => {
        if (event.dataTransfer?.types.includes(draggedType) === true) event.preventDefault()
      }}
      onDrop={(event) => {
        const dragged = Number(event.dataTransfer?.getData(draggedType))
        if (choice.media.some((other) => other.key === dragged)) {
          event.preventDefault()
          onChoice(moveChosen(choice, dragged, choice.media.indexOf(item)))
        }
      }}
    >
      {isVoice ? (
        <VoicePreview file={file} recorded={recorded ?? {}} />
      ) : (
        <button
          type="button"
          class="tray-pick"
          aria-label={`Describe ${name}`}
          aria-pressed={isSelected}
          onClick={onSelect}
        >
          <LocalPreview file={file} kind={kind} look={tools.look} />
          {recorded?.loop === true && (
            <span class="tray-mark">
              <Icon name="retry" size={14} />
              <span class="visually-hidden">Plays in a loop</span>
            </span>
          )}
        </button>
      )}
      {!isVoice && (
        <button type="button" class="tray-remove tray-edit" aria-label={`Edit ${name}`} onClick={onEdit}>
          <Icon name="edit" size={14} />
        </button>
      )}
      <button
        type="button"
        class="tray-remove"
        aria-label={`Remove ${name}`}
        onClick={(event) => {
          focusBeside(event.currentTarget)
          onChoice(removeChosen(choice, key))
        }}
      >
        <Icon name="close" size={14} />
      </button>
    </li>
  )
}

/** The button goes with what it takes out: the focus goes to the same one of what lies beside, or to where more is added. */
function focusBeside(button: HTMLElement): void {
  const item = button.closest('li')
  const beside = item?.nextElementSibling ?? item?.previousElementSibling
  const next =
    beside?.querySelector<HTMLElement>('.tray-remove:not(.tray-edit)') ??
    button.closest('form, dialog')?.querySelector<HTMLElement>('input[type=file]')
  next?.focus()
}

/** Of a drag that began in the tray: files that come from outside are the conversation's. */
const draggedType = 'application/x-safelight-chosen'

function Words({ item, choice, onChoice }: Properties & { readonly item: ChosenMedia }) {
  const at = choice.media.indexOf(item)
  const move = (name: string, icon: 'back' | 'forward', to: number) => (
    <button
      type="button"
      class="icon-button"
      aria-label={name}
      // Not `disabled`: who moves an item to the end keeps the focus.
      aria-disabled={to < 0 || to >= choice.media.length}
      onClick={() => onChoice(moveChosen(choice, item.key, to))}
    >
      <Icon name={icon} size={20} />
    </button>
  )
  return (
    <div class="tray-words">
      <input
        class="field"
        aria-label="Caption"
        placeholder="Caption"
        dir="auto"
        maxLength={1000}
        autocomplete="off"
        value={item.caption}
        onInput={(event) => onChoice(changeChosen(choice, item.key, { caption: event.currentTarget.value }))}
      />
      <input
        class="field"
        aria-label="Alt text"
        placeholder="Describe it for people who cannot see it"
        dir="auto"
        maxLength={1000}
        autocomplete="off"
        value={item.altText}
        onInput={(event) => onChoice(changeChosen(choice, item.key, { altText: event.currentTarget.value }))}
      />
      {choice.media.length > 1 && (
        <div class="tray-move" role="group" aria-label={`Place of ${item.name}`}>
          {move('Move earlier', 'back', at - 1)}
          <span class="fine" role="status">
            {at + 1} of {choice.media.length}
          </span>
          {move('Move later', 'forward', at + 1)}
        </div>
      )}
    </div>
  )
}
