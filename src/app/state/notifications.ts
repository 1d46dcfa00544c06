// Notifications: switching them on and off, and keeping the subscription what the relay has to know. Loaded when they are
// on, or when Settings is opened.

import type { ReadonlySignal } from '@preact/signals'
import type { ConversationView, MessageView, ProfileView, PushView } from '../../messenger/api.ts'
import type { AppCalls } from './calls.ts'
import type { AppClient } from './client.ts'
import type { App } from './context.ts'
import type { PushAccess } from './push-access.ts'

/** Why they could not be switched on. */
export type NotifyProblem =
  | 'blocked' // the browser was told to ask no more
  | 'dismissed' // asked, and not answered with yes
  | 'no-service' // the browser's push service cannot be reached, or is off
  | 'no-relay' // the home relay wakes nobody

/** What is asked and looked at of the app. */
interface Parts extends Pick<App, 'push'> {
  readonly model: NotifyModel
}

export interface NotifyModel {
  readonly calls: NotifyCalls
  readonly push: ReadonlySignal<PushView | undefined>
  readonly profile: ReadonlySignal<Pick<ProfileView, 'fingerprint'> | undefined>
  readonly conversations: ReadonlySignal<
    readonly Pick<ConversationView, 'id' | 'groupId' | 'isMuted' | 'mutedUntil'>[] | undefined
  >
}
type NotifyCalls = Pick<AppCalls, 'pushKey' | 'enablePush' | 'renewPush' | 'disablePush'>
type Listening = Pick<AppClient, 'listen'>

/** In answer to a press. Undefined: they are on. @throws AppError when the relay does not answer */
export async function switchOn(
  { calls }: Pick<NotifyModel, 'calls'>,
  access: PushAccess,
): Promise<NotifyProblem | undefined> {
  if (access.permission() === 'denied') return 'blocked'
  const permission = await access.ask()
  if (permission !== 'granted') return permission === 'denied' ? 'blocked' : 'dismissed'
  const key = await calls.pushKey()
  if (key === undefined) return 'no-relay'
  const target = await access.subscribe(key).catch(() => undefined)
  if (target === undefined) return 'no-service'
  await calls.enablePush(target)
  return undefined
}

export async function switchOff({ calls }: Pick<NotifyModel, 'calls'>, access: PushAccess | undefined): Promise<void> {
  await calls.disablePush()
  // Ended at the service too, so that a relay which does not hear of it wakes nobody.
  await access?.unsubscribe().catch(() => undefined)
}

let keeping: Promise<void> | undefined
let isWatching = false

/** Called whenever their state changed; they are on. What fails is done at the next change or start. Never rejects. */
export function keepNotified(parts: Parts, client: Listening): Promise<void> {
  keeping ??= keep(parts, client)
    .catch(() => undefined)
    .finally(() => (keeping = undefined))
  return keeping
}

async function keep({ model, push }: Parts, client: Listening): Promise<void> {
  const access = await push?.()
  if (access === undefined) return
  if (access.permission() !== 'granted') {
    // Taken back in the browser, which has ended the subscription with it.
    await model.calls.disablePush()
    return
  }
  watch({ model }, access, client)
  const found = model.push.peek()?.state === 'stale' ? undefined : await access.current()
  const key = found === undefined ? await model.calls.pushKey() : found.key
  if (key === undefined) return
  // Not `enablePush`: it may have been switched off meanwhile.
  await model.calls.renewPush(found ?? (await access.subscribe(key)))
}

function watch({ model }: Pick<Parts, 'model'>, access: PushAccess, client: Listening): void {
  if (isWatching) return
  isWatching = true
  client.listen((event) => {
    if (event.kind !== 'message' || event.message.senderId === undefined) return
    const { message } = event
    const isQuiet = isMuted(model, message.conversationId) && !namesMe(model, message)
    if (document.hidden && model.push.peek()?.state !== 'off' && !isQuiet) void access.arrived().catch(() => undefined)
  })
  const clear = (): void => {
    if (!document.hidden) void access.clear().catch(() => undefined)
  }
  document.addEventListener('visibilitychange', clear)
  clear()
}

/** In a group: of two people, the other could never be muted. */
function namesMe(model: NotifyModel, { conversationId, mentions = [] }: MessageView): boolean {
  const me = model.profile.peek()?.fingerprint
  const conversation = model.conversations.peek()?.find(({ id }) => id === conversationId)
  return conversation?.groupId !== undefined && mentions.some(({ fingerprint }) => fingerprint === me)
}

function isMuted(model: NotifyModel, conversationId: string): boolean {
  const conversation = model.conversations.peek()?.find(({ id }) => id === conversationId)
  // As it was read last: since then its time may have come.
  return conversation?.isMuted === true && (conversation.mutedUntil ?? Infinity) > Date.now()
}
