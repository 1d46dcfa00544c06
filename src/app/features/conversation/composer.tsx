// The place to write: text, chosen photos and videos, and the button that sends them. What is written is kept as a
// draft, also over a closed tab.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ConversationView, Mention } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import type { Thread } from '../../state/thread.ts'
import { Alert } from '../../ui/alert.tsx'
import { Icon } from '../../ui/icon.tsx'
import { later } from '../../ui/later.tsx'
import { useDelayedSave } from './use-delayed-save.ts'
import { useEdit } from './use-edit.ts'
import { useTyping } from './use-typing.ts'
import { cannotGo, draftOf } from './chosen-media.ts'
import type { Choice } from './chosen-media.ts'
import { maxMedia } from './chosen-media.ts'

const CameraDialog = later(async () => (await import('../camera/camera-dialog.tsx')).CameraDialog)
const MentionPicker = later(async () => (await import('../mention/mention-parts.ts')).MentionPicker)
const ComposerAbout = later(async () => (await import('../thread/thread-parts.ts')).ComposerAbout)
const Tray = later(async () => (await import('./tray.tsx')).Tray)
const VoiceRecorder = later(async () => (await import('../voice/voice-recorder.tsx')).VoiceRecorder)

interface Properties {
  readonly conversation: ConversationView
  /** Nothing goes out until the person decides about the contact's keys. */
  readonly waits: boolean
  readonly thread: Thread
  readonly choice: Choice
  readonly onChoice: (choice: Choice | ((current: Choice) => Choice)) => void
  readonly onFiles: (files: readonly File[]) => void
}

export function Composer({ conversation, waits, thread, choice, onChoice, onFiles }: Properties) {
  const { text, setText, clear } = useDraft(conversation, thread)
  const edit = useEdit(thread)
  const [camera, setCamera] = useState(false)
  const [recording, setRecording] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  const findMentions = useRef<((text: string) => readonly Mention[]) | undefined>(undefined)
  const { takenBack } = choice
  useEffect(() => {
    if (takenBack === undefined) return
    const texts = [takenBack.text ?? '', text]
    setText(texts.filter((part) => part.trim() !== '').join('\n'))
    onChoice(({ media, refusals, manner }) => ({ media, refusals, manner }))
  }, [takenBack])
  useLayoutEffect(() => {
    const element = field.current
    if (element === null) return
    element.style.blockSize = 'auto'
    element.style.blockSize = `${element.scrollHeight}px`
  }, [text, edit.text, edit.isOpen])

  const about = thread.about.value
  const tellTyping = useTyping(conversation.id)
  useEffect(() => {
    if (about !== undefined) field.current?.focus()
  }, [about])

  const words = (edit.isOpen ? edit.text : text).trim()
  const isEmpty = words === '' && (edit.isOpen || choice.media.length === 0)
  const unsendable = isEmpty || edit.busy || (!edit.isOpen && cannotGo(choice))
  const send = () => {
    if (unsendable) return
    if (edit.isOpen) return edit.save()
    const mentions = findMentions.current?.(words) ?? []
    // Before it is sent: what is kept of it then is what is sent.
    thread.about.value = undefined
    clear()
    void thread.send({
      ...draftOf(choice, words, about?.message.id),
      ...(mentions.length === 0 ? {} : { mentions }),
    })
    // How the next ones are viewed and whether they go out as they are is asked anew.
    onChoice({ media: [], refusals: [], manner: { quality: choice.manner.quality, asFile: false } })
    field.current?.focus()
  }
  const cancelAbout = () => {
    thread.about.value = undefined
    field.current?.focus()
  }
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      {choice.refusals.length > 0 && (
        <Alert
          actions={
            <button
              type="button"
              class="icon-button"
              aria-label="Dismiss"
              onClick={() => onChoice({ ...choice, refusals: [] })}
            >
              <Icon name="close" size={18} />
            </button>
          }
        >
          {choice.refusals.join(' ')}
        </Alert>
      )}
      {!conversation.accepted && (
        <p class="fine composer-note">
          {conversation.name} has not answered yet. What you send is kept on this device until then.
        </p>
      )}
      {waits && (
        <p class="fine composer-note">
          Sending to {conversation.name} waits until you decide. What you send is kept on this device.
        </p>
      )}
      {edit.error !== undefined && <Alert>{edit.error}</Alert>}
      {about !== undefined && <ComposerAbout about={about} onCancel={cancelAbout} />}
      {choice.media.length > 0 && !edit.isOpen && <Tray choice={choice} onChoice={onChoice} />}
      <div class={['composer-row', recording && 'recording', edit.isOpen && 'editing'].filter(Boolean).join(' ')}>
        {conversation.groupId !== undefined && !edit.isOpen && (
          <MentionPicker
            groupId={conversation.groupId}
            field={field}
            text={text}
            onText={setText}
            found={findMentions}
          />
        )}
        <span class="icon-button file-button">
          <Icon name="addMedia" />
          <input
            type="file"
            aria-label="Add photos or videos"
            accept="image/*,video/*,.heic,.heif,.mkv"
            multiple
            onChange={(event) => {
              onFiles([...(event.currentTarget.files ?? [])])
              // The same file may be chosen again.
              event.currentTarget.value = ''
            }}
          />
        </span>
        <button
          type="button"
          class="icon-button"
          aria-label="Camera"
          disabled={choice.media.length >= maxMedia}
          onClick={() => setCamera(true)}
        >
          <Icon name="camera" />
        </button>
        <textarea
          ref={field}
          class="composer-field"
          aria-label="Message"
          placeholder="Message"
          dir="auto"
          rows={1}
          value={edit.isOpen ? edit.text : text}
          enterkeyhint="send"
          autocomplete="off"
          onInput={(event) => {
            const { value } = event.currentTarget
            if (edit.isOpen) return edit.setText(value)
            setText(value)
            tellTyping(value)
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape' && about !== undefined) return cancelAbout()
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
            event.preventDefault()
            send()
          }}
          onPaste={(event) => {
            const files = [...(event.clipboardData?.files ?? [])]
            if (files.length === 0 || edit.isOpen) return
            event.preventDefault()
            onFiles(files)
          }}
        />
        <span class="voice-place">
          <VoiceRecorder isFull={choice.media.length >= maxMedia} onRecording={setRecording} onVoice={onChoice} />
        </span>
        <button type="submit" class="send-button" aria-label="Send" disabled={unsendable}>
          <Icon name="send" />
        </button>
      </div>
      {camera && (
        <CameraDialog room={maxMedia - choice.media.length} onClose={() => setCamera(false)} onMade={onChoice} />
      )}
    </form>
  )
}

function useDraft(conversation: ConversationView, thread: Thread) {
  const { model } = useApp()
  // The stored draft also holds the words of what is being sent.
  const [text, setText] = useState(() => thread.written ?? conversation.draft)
  const saved = useDelayedSave((changed) => thread.write(changed))
  useEffect(() => {
    void thread.restore(conversation)
    // The list shows what is begun.
    return () => void model.refresh('conversations').catch(() => undefined)
  }, [])
  const change = (changed: string) => {
    setText(changed)
    saved.later(changed)
  }
  /** What was written is the thread's now, which keeps it; only words that were taken out are not to come back. */
  const clear = () => {
    if (saved.waiting() === '') saved.now()
    saved.drop()
    setText('')
  }
  return { text, setText: change, clear }
}
