// Posts, one after the other and from one person to the next. They go on by themselves, and stand still for who says so.

import { useEffect, useRef, useState } from 'preact/hooks'
import type { PostsOfPerson, PostView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { Dialog } from '../../ui/dialog.tsx'
import { Icon, Strokes } from '../../ui/icon.tsx'
import { kindOf } from '../conversation/message-kind.ts'
import { elapsedText, useNow } from '../tiles/elapsed.ts'
import { beginningOf, frameAfter, framesFrom, personOf, shownForMs } from './frames.ts'
import type { PostFrame } from './frames.ts'
import { PostBars } from './post-bars.tsx'
import { PostDeletion, PostViewers } from './post-dialogs.tsx'
import { PostMedia } from './post-media.tsx'
import { PostOriginal } from './post-original.tsx'
import { PostReply } from './post-reply.tsx'
import { useFreshPosts } from './use-live.ts'
import { usePlaying } from './use-playing.ts'
import type { Playing } from './use-playing.ts'
import '../../styles/tiles.css'
import '../../styles/viewer.css'

const pausePath = 'M9 5v14M15 5v14'
const soundPath = 'M5 9.5v5h3.5L13 18V6L8.5 9.5zM16.5 9a4 4 0 0 1 0 6'
const mutePath = 'M5 9.5v5h3.5L13 18V6L8.5 9.5zM16.5 9.5l5 5M21.5 9.5l-5 5'
/** Shorter is a tap; longer is somebody who held the picture to look at it. */
const holdMs = 300

export function PostViewer({ start, onClose }: { readonly start: string; readonly onClose: () => void }) {
  const { model } = useApp()
  useFreshPosts()
  const people = model.posts.value ?? []
  // What comes meanwhile is for the next look: what lies ahead does not move.
  const [frames] = useState(() => framesFrom(people, start, Date.now()))
  const [at, setAt] = useState(() => beginningOf(frames, people, start))
  const [isBusy, setBusy] = useState(false)
  const [isMuted, setMuted] = useState(false)
  const playing = usePlaying(isBusy)
  const frame = frames[at]
  const person = people.find((entry) => personOf(entry) === frame?.person)
  const post = person?.posts.find(({ id }) => id === frame?.postId)
  const next = () => {
    const to = frameAfter(frames, people, at)
    if (to === undefined) onClose()
    else setAt(to)
  }
  const previous = () => setAt(Math.max(0, at - 1))
  // Deleted, or over.
  useEffect(() => {
    if (post === undefined) next()
  }, [post === undefined, at])
  useKeys(isBusy, { next, previous, toggle: playing.toggle })
  if (frame === undefined || person === undefined || post === undefined) return null
  return (
    <Dialog label={frame.person === '' ? 'My posts' : `Posts of ${person.name}`} kind="viewer" onClose={onClose}>
      <Shown
        key={at}
        {...{ frames, at, frame, person, post, playing, isMuted, setMuted, setBusy, next, previous, onClose }}
      />
    </Dialog>
  )
}

interface ShownProperties {
  readonly frames: readonly PostFrame[]
  readonly at: number
  readonly frame: PostFrame
  readonly person: PostsOfPerson
  readonly post: PostView
  readonly playing: Playing
  readonly isMuted: boolean
  readonly setMuted: (isMuted: boolean) => void
  readonly setBusy: (isBusy: boolean) => void
  readonly next: () => void
  readonly previous: () => void
  readonly onClose: () => void
}

function Shown(properties: ShownProperties) {
  const { frames, at, frame, person, post, playing, isMuted, setMuted, setBusy, next, previous, onClose } = properties
  const now = useNow()
  const attachment = frame.attachment === undefined ? undefined : post.attachments[frame.attachment]
  const [isShown, setShown] = useState(attachment === undefined)
  const [isUnplayable, setUnplayable] = useState(false)
  const [isOriginal, setOriginal] = useState(false)
  const [fraction, setFraction] = useState(0)
  const pressedAt = useRef(0)
  useSeen(post, isShown && !playing.isHidden)
  const ofPerson = frames.filter((other) => other.person === frame.person)
  const lengthMs = isUnplayable ? shownForMs(post, undefined) : shownForMs(post, frame.attachment)
  const isFilm = attachment?.kind === 'video' && !isUnplayable
  const isMine = post.senderId === undefined
  const [open, setOpen] = useState<'viewers' | 'deletion'>()
  const show = (dialog: typeof open) => {
    setOpen(dialog)
    setBusy(dialog !== undefined)
  }
  const tapped = (event: MouseEvent) => {
    if (!(event.currentTarget instanceof HTMLElement) || !(event.target instanceof Element)) return
    if (event.target.closest('button, a, input, .voice-row') !== null || Date.now() - pressedAt.current > holdMs) return
    const { left, width } = event.currentTarget.getBoundingClientRect()
    const isFirstThird = isRtl() ? event.clientX > left + (width * 2) / 3 : event.clientX < left + width / 3
    if (isFirstThird) previous()
    else next()
  }
  return (
    <div class="viewer post-viewer">
      <div class="post-top">
        <PostBars
          count={ofPerson.length}
          at={ofPerson.indexOf(frame)}
          lengthMs={isShown || isUnplayable ? lengthMs : undefined}
          fraction={fraction}
          plays={playing.plays}
          onEnd={next}
        />
        <div class="viewer-head">
          <p class="viewer-title">
            <strong dir="auto">{isMine ? 'You' : person.name}</strong>
            <span class="fine">{elapsedText(post.sentAt, now)}</span>
          </p>
          {attachment !== undefined && (
            <PostOriginal
              attachment={attachment}
              isOn={isOriginal}
              onChange={(isOn) => {
                setOriginal(isOn)
                // It takes a while to come, and longer to be looked at.
                if (isOn && !playing.isPaused) playing.toggle()
              }}
            />
          )}
          {isFilm && (
            <button
              type="button"
              class="icon-button"
              aria-label={isMuted ? 'Sound on' : 'Sound off'}
              onClick={() => setMuted(!isMuted)}
            >
              <Strokes name="sound" path={isMuted ? mutePath : soundPath} />
            </button>
          )}
          <button
            type="button"
            class="icon-button"
            // Not `Pause`: that is what stops a download that is on the stage.
            aria-label={playing.isPaused ? 'Go on by itself' : 'Stay on this post'}
            onClick={playing.toggle}
          >
            {playing.isPaused ? <Icon name="play" /> : <Strokes name="pause" path={pausePath} />}
          </button>
          <button
            type="button"
            class="icon-button"
            aria-label={isMine ? 'Delete' : 'Delete here'}
            onClick={() => show('deletion')}
          >
            <Icon name="trash" />
          </button>
          <button type="button" class="icon-button" aria-label="Close" onClick={onClose}>
            <Icon name="close" />
          </button>
        </div>
      </div>
      <p class="visually-hidden" role="status">
        {isMine ? 'You' : person.name}, {ofPerson.indexOf(frame) + 1} of {ofPerson.length},{' '}
        {kindOf({ attachments: attachment === undefined ? [] : [attachment] })}
      </p>
      <div
        class="stage"
        role="presentation"
        onPointerDown={() => {
          pressedAt.current = Date.now()
          playing.hold(true)
        }}
        onPointerUp={() => playing.hold(false)}
        onPointerCancel={() => playing.hold(false)}
        onPointerLeave={() => playing.hold(false)}
        onContextMenu={(event) => event.preventDefault()}
        onClick={tapped}
      >
        {attachment === undefined ? (
          <p class="post-words" dir="auto">
            {post.text}
          </p>
        ) : (
          <PostMedia
            post={post}
            attachment={attachment}
            isOriginal={isOriginal}
            plays={playing.plays}
            isMuted={isMuted}
            onMuted={() => setMuted(true)}
            onShown={() => setShown(true)}
            onProgress={setFraction}
            onEnd={next}
            onTrouble={() => {
              setUnplayable(true)
              setShown(true)
            }}
          />
        )}
      </div>
      <button
        type="button"
        class="icon-button viewer-previous"
        aria-label="Previous"
        disabled={at === 0}
        onClick={previous}
      >
        <Icon name="back" />
      </button>
      <button type="button" class="icon-button viewer-next" aria-label="Next" onClick={next}>
        <Icon name="forward" />
      </button>
      <div class="viewer-foot">
        {attachment?.caption !== undefined && <p dir="auto">{attachment.caption}</p>}
        {attachment !== undefined && post.text !== undefined && <p dir="auto">{post.text}</p>}
        {attachment?.altText !== undefined && attachment.altText !== attachment.caption && (
          <p class="fine" dir="auto">
            {attachment.altText}
          </p>
        )}
        {isMine ? (
          <button type="button" class="button" onClick={() => show('viewers')}>
            Seen by {post.recipients.filter(({ state }) => state.kind === 'seen').length} of {post.recipients.length}
          </button>
        ) : (
          <PostReply post={post} onBusy={setBusy} />
        )}
      </div>
      {open === 'viewers' && <PostViewers post={post} onClose={() => show(undefined)} />}
      {open === 'deletion' && <PostDeletion post={post} onClose={() => show(undefined)} />}
    </div>
  )
}

/** Once all of it is here: before that its author is not told that it arrived. */
function useSeen({ id, senderId, isSeen, attachments }: PostView, isLookedAt: boolean): void {
  const { model } = useApp()
  const isWhole = attachments.every(({ transfer }) => transfer.kind === 'done')
  const isNew = senderId !== undefined && !isSeen && isLookedAt && isWhole
  useEffect(() => {
    if (isNew) void model.calls.markPostSeen(id).catch(() => undefined)
  }, [isNew, id])
}

interface Steps {
  readonly next: () => void
  readonly previous: () => void
  readonly toggle: () => void
}

/** Of the whole page; not while something else is done in it. */
function useKeys(isBusy: boolean, steps: Steps): void {
  const current = useRef(steps)
  current.current = steps
  useEffect(() => {
    if (isBusy) return undefined
    const onKeyDown = (event: KeyboardEvent) => {
      const { key, target } = event
      if (target instanceof HTMLInputElement || (key === ' ' && target instanceof HTMLButtonElement)) return
      const { next, previous, toggle } = current.current
      if (key === 'ArrowRight' || key === 'ArrowLeft') ((key === 'ArrowRight') === isRtl() ? previous : next)()
      else if (key === ' ') toggle()
      else return
      event.preventDefault()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [isBusy])
}

function isRtl(): boolean {
  return getComputedStyle(document.documentElement).direction === 'rtl'
}
