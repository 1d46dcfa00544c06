// An invite link was opened: who it says it is from, what there is with them already, and one button.

import { useEffect, useState } from 'preact/hooks'
import type { ContactView, InvitePreview } from '../../../messenger/api.ts'
import { errorText } from '../../error-text.ts'
import { toAppError } from '../../state/app-error.ts'
import { useApp } from '../../state/context.ts'
import { formatShortDate } from '../../state/format.ts'
import { fromHere } from '../../state/from-here.ts'
import { href } from '../../state/route.ts'
import { Alert } from '../../ui/alert.tsx'
import { Avatar } from '../../ui/avatar.tsx'
import { later } from '../../ui/later.tsx'
import { useTask } from '../../ui/use-task.ts'
import { BeginAnew } from '../contact/begin-anew.tsx'
import { BrokenLink, useLeaveLink } from './broken-link.tsx'

const AskToJoin = later(async () => (await import('../group/ask-to-join.tsx')).AskToJoin)

export function ConnectPage() {
  const { router } = useApp()
  const link = router.invite.value
  return link?.includes('#g/') === true ? <AskToJoin key={link} link={link} /> : <Invitation />
}

function Invitation() {
  const { model, router } = useApp()
  const link = router.invite.value
  const [preview, setPreview] = useState<InvitePreview>()
  const [broken, setBroken] = useState<string>()

  useEffect(() => {
    if (link === undefined) return undefined
    let current = true
    setPreview(undefined)
    setBroken(undefined)
    model.calls.inspectInvite(link).then(
      (read) => current && setPreview(read),
      (error: unknown) => current && setBroken(errorText(error)),
    )
    return () => (current = false)
  }, [link])

  if (broken !== undefined) return <BrokenLink title="This invite does not work" problem={broken} />
  // Whether it is from somebody whom this person knows decides what is said.
  if (link === undefined || preview === undefined || model.contacts.value === undefined)
    return <div class="centre" aria-busy="true" />
  return <Invited link={link} preview={preview} />
}

function Invited({ link, preview }: { readonly link: string; readonly preview: InvitePreview }) {
  const { model, router } = useApp()
  const [beginning, setBeginning] = useState(false)
  const [isOver, setOver] = useState(false)
  const task = useTask()
  const leave = useLeaveLink()
  const contact = model.contacts.value?.find(({ fingerprint }) => fingerprint === preview.fingerprint)
  const hasAsked = model.requests.value?.some(({ fingerprint }) => fingerprint === preview.fingerprint) === true
  const connect = () =>
    task.run(async () => {
      const goOn = fromHere(router)
      const answer = await model.calls.connect(link, contact?.trouble !== undefined).catch((error: unknown) => {
        if (preview.uses > 1 && toAppError(error).key === 'invite/used') return undefined
        throw error
      })
      if (answer === undefined) return setOver(true)
      await Promise.all([model.refresh('conversations'), model.refresh('contacts')])
      // Another one was opened meanwhile.
      if (router.invite.peek() !== link) return
      goOn({ page: 'conversation', id: answer.conversationId }, { replace: true })
      router.forgetInvite()
    })
  return (
    <div class="centre">
      <div class="card connect">
        <Avatar name={preview.name} id={preview.fingerprint} size="large" />
        <h1 dir="auto">Connect with {preview.name}</h1>
        <p class="hint">{contact === undefined ? strangerText(hasAsked) : knownText(contact)}</p>
        {contact === undefined && preview.uses > 1 && !isOver && (
          <p class="hint">
            This link is for many people, as of an open call: whoever comes in time has a private conversation with{' '}
            <bdi>{preview.name}</bdi>, the others get a word that it is over. Nobody sees who else answered.
          </p>
        )}
        {task.error !== undefined && <Alert>{task.error}</Alert>}
        {isOver && (
          <p role="status">
            This is over: as many have answered as there was room for, or <bdi>{preview.name}</bdi> has closed the link.
            Thank you for answering; nothing was sent.
          </p>
        )}
        {contact?.state === 'blocked' ? (
          <a class="button button-primary" href={href({ page: 'conversation', id: contact.conversationId })}>
            Open conversation
          </a>
        ) : (
          !isOver && (
            <button type="button" class="button button-primary" disabled={task.busy} onClick={connect}>
              Connect
            </button>
          )
        )}
        {contact?.state === 'accepted' && contact.trouble === undefined && (
          <button type="button" class="button" disabled={task.busy} onClick={() => setBeginning(true)}>
            Begin anew
          </button>
        )}
        <button type="button" class="button button-quiet" onClick={leave}>
          Not now
        </button>
        <p class="fine">
          Through {preview.relay} · valid until {formatShortDate(preview.expiresAt)}
        </p>
      </div>
      {beginning && contact !== undefined && (
        <BeginAnew contact={contact} link={link} onClose={() => setBeginning(false)} />
      )}
    </div>
  )
}

function strangerText(hasAsked: boolean): string {
  return hasAsked
    ? 'They have asked you already, and wait among your requests. To connect is to accept.'
    : 'The name comes from the link and is not verified. Connect only if you know who sent it to you.'
}

function knownText({ name, state, trouble }: ContactView): string {
  if (state === 'blocked')
    return `This invite is from ${name}, whom you have blocked. Nothing was sent. Unblock them first.`
  if (state === 'asked')
    return `This invite is from ${name}, whom you have asked already. Your conversation waits for an answer; by a new invite they are asked again.`
  if (trouble !== undefined)
    return `This invite is from ${name}, whom this device cannot hear any more. To connect is to begin anew: ${name} sees that your keys changed and has to say that they are yours. Everything in your conversation stays.`
  return `This invite is from ${name}, a contact of yours: to connect only opens your conversation, and the invite stays unused. Begin anew if nothing is delivered between you any more.`
}
