// The place to write: text, chosen photos and videos, and the button that sends them. What is written is kept as a
// draft, also over a closed tab.

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ConversationView, MediaDraft } from '../../../messenger/api.ts'
import type { Quality } from '../../../messenger/ports.ts'
import type { Thread } from '../../state/thread.ts'
import { Alert } from '../../ui/alert.tsx'
import { Icon } from '../../ui/icon.tsx'
import { later } from '../../ui/later.tsx'
import type { Choice, ChosenMedia } from './chosen-media.ts'
import { Tray } from './tray.tsx'

const CameraDialog = later(async () => (await import('./camera-dialog.tsx')).CameraDialog)

const draftDelayMs = 300

interface Properties {
  readonly conversation: ConversationView
  /** Nothing goes out until the person decides about the contact's keys. */
  readonly waits: boolean
  readonly thread: Thread
  readonly choice: Choice
  readonly onChoice: (choice: Choice) => void
  readonly onFiles: (files: readonly File[]) => void
}

export function Composer({ conversation, waits, thread, choice, onChoice, onFiles }: Properties) {
  const { text, setText, clear } = useDraft(conversation, thread)
  const [quality, setQuality] = useState<Quality>('standard')
  const [camera, setCamera] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  const { takenBack } = choice
  useEffect(() => {
    if (takenBack === undefined) return
    const texts = [takenBack.text ?? '', text]
    setText(texts.filter((part) => part.trim() !== '').join('\n'))
    onChoice({ media: choice.media, refusals: choice.refusals })
  }, [takenBack])
  useLayoutEffect(() => {
    const element = field.current
    if (element === null) return
    element.style.blockSize = 'auto'
    element.style.blockSize = `${element.scrollHeight}px`
  }, [text])

  const words = text.trim()
  const empty = words === '' && choice.media.length === 0
  const send = () => {
    if (empty) return
    clear()
    void thread.send({
      ...(words === '' ? {} : { text: words }),
      media: choice.media.map((item) => mediaDraft(item, quality)),
    })
    onChoice({ media: [], refusals: [] })
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
              onClick={() => onChoice({ media: choice.media, refusals: [] })}
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
      {choice.media.length > 0 && <Tray choice={choice} quality={quality} onChoice={onChoice} onQuality={setQuality} />}
      <div class="composer-row">
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
        <button type="button" class="icon-button" aria-label="Camera" onClick={() => setCamera(true)}>
          <Icon name="camera" />
        </button>
        <textarea
          ref={field}
          class="composer-field"
          aria-label="Message"
          placeholder="Message"
          dir="auto"
          rows={1}
          value={text}
          enterkeyhint="send"
          autocomplete="off"
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
            event.preventDefault()
            send()
          }}
          onPaste={(event) => {
            const files = [...(event.clipboardData?.files ?? [])]
            if (files.length === 0) return
            event.preventDefault()
            onFiles(files)
          }}
        />
        <button type="submit" class="send-button" aria-label="Send" disabled={empty}>
          <Icon name="send" />
        </button>
      </div>
      {camera && <CameraDialog onClose={() => setCamera(false)} onPhoto={(photo) => onFiles([photo])} />}
    </form>
  )
}

function useDraft(conversation: ConversationView, thread: Thread) {
  // The stored draft also holds the words of what is being sent.
  const [text, setText] = useState(() => (thread.pending.peek().length > 0 ? thread.written : conversation.draft))
  const unsaved = useRef<string | undefined>(undefined)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const save = () => {
    clearTimeout(timer.current)
    if (unsaved.current === undefined) return
    thread.write(unsaved.current)
    unsaved.current = undefined
  }
  useEffect(() => {
    addEventListener('pagehide', save)
    return () => {
      removeEventListener('pagehide', save)
      save()
    }
  }, [])
  const change = (changed: string) => {
    setText(changed)
    unsaved.current = changed
    clearTimeout(timer.current)
    timer.current = setTimeout(save, draftDelayMs)
  }
  /** What was written is the thread's now, which keeps it; only words that were taken out are not to come back. */
  const clear = () => {
    clearTimeout(timer.current)
    if (unsaved.current === '') save()
    unsaved.current = undefined
    setText('')
  }
  return { text, setText: change, clear }
}

function mediaDraft(item: ChosenMedia, quality: Quality): MediaDraft {
  return {
    data: item.file,
    quality,
    ...(item.caption.trim() === '' ? {} : { caption: item.caption.trim() }),
    ...(item.altText.trim() === '' ? {} : { altText: item.altText.trim() }),
    ...(item.video && { video: item.video }),
  }
}
