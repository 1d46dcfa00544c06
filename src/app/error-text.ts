// The sentences that people read when something does not work: what happened, what is kept, what to do. Every code of
// the library has one; the types see to that. What a scanned code says is beside the page that scans, which comes later.

import type { DeliveryState, FailureReason, TransferView } from '../messenger/api.ts'
import { toAppError } from './state/app-error.ts'
import type { ErrorKey } from './state/app-error.ts'
import type { AppNotice } from './state/calls.ts'
import { formatShortDate } from './state/format.ts'

export const membersOnly = 'This relay is for members only. Ask whoever runs it for a link to join, and open it here.'
export const banned =
  'This relay has ended your membership. Add another one, then remove this: your contacts follow by themselves.'

const sentences: Readonly<Record<ErrorKey, string>> = {
  'invite/broken': 'This is not a complete invite link. Ask for it again, and copy the whole link.',
  'invite/version': 'This invite was made by a newer Safelight. Reload this page to update, then open the link again.',
  'invite/expired': 'This invite has expired. Ask for a new one.',
  'invite/used': 'The relay says that this invite was already used or withdrawn. Ask for a new one.',
  'invite/away':
    'The person who made this link was not online for more than a week. Nothing was sent; try again when they are back.',
  'invite/clock': 'This link was made in the future. Set the clock of this device right, or of the other one.',
  'invite/own': 'This is your own invite. Send it to the person you want to hear from.',
  'invite/forged':
    'The relay does not hold what this link promises, so nothing was sent. Ask for a new invite, best over another way.',

  'usage/unknown-conversation': 'This conversation is no longer on this device.',
  'usage/unknown-message': 'This message is no longer on this device.',
  'usage/unknown-contact': 'This contact is no longer on this device.',
  'usage/unknown-request': 'This request is no longer here: it was answered or deleted.',
  'usage/nothing-signed': 'None of this was signed by who wrote it, so a file would show nothing. Copy the words.',
  'usage/unknown-attachment': 'This photo or video is no longer on this device.',
  'usage/not-a-member': 'You are not in this group any more. What was said is kept here.',
  'usage/not-an-admin': 'Only an admin of this group can do that.',
  'usage/group-full': 'A group has 32 people at most, those who were asked included.',
  'usage/bad-picture': 'This picture cannot be used for a group. Choose another one.',
  'usage/bad-file': 'This file is no follow list, or it is damaged. Nothing was changed.',
  'usage/bad-timer': 'Messages can disappear after 5 seconds to 366 days. Choose another time.',
  'usage/not-yours': 'Only who wrote this message can change it or take it back.',
  'usage/bad-reaction': 'A reaction is one emoji. Choose another one.',
  'usage/bad-mention': 'The names in this text could not be read. Write them again.',
  'usage/too-many-messages': 'At most 256 messages can be taken back at once. Choose fewer.',
  'usage/empty-message': 'There is nothing to send yet. Write something, or add a photo or video.',
  'usage/text-too-long': 'This text is too long for one message. It is kept here: send it in parts.',
  'usage/unknown-call': 'This call is not on this device.',
  'usage/call-over': 'This call is over. Nobody was told anything new.',
  'usage/bad-call': 'A call has up to 256 places and ends within a year. Nothing was made.',
  'usage/too-many-recipients': 'One send goes to up to 256 people. Nothing was sent.',
  'usage/too-many-attachments': 'One message holds up to 32 photos and videos. Remove some and send them next.',
  'usage/bad-view':
    'Only photos and videos can be viewed once, and not as files. Nothing was sent: turn View once off, or choose others.',
  'usage/no-view': 'This message is not for viewing once. Open it in the conversation.',
  'usage/view-only': 'This photo or video was for viewing once, and is not kept. Ask for it to be sent anew.',
  'usage/view-waiting': 'Not all of it is here, so no view is used up. Wait for the download, then open it.',
  'usage/view-open': 'It is open already, maybe in another tab. Look at it there, or close it there first.',
  'usage/view-over': 'This view is over: it was seen, or its time has passed. Ask for it to be sent anew.',
  'usage/media-not-here': 'Not all of it is here, so nothing was forwarded. Download it first, then try again.',
  'usage/bad-name': 'A name needs 1 to 64 characters.',
  'usage/bad-relay-url': 'This is not the address of a relay. It looks like https://relay.example.',
  'usage/last-relay': 'This is your only relay. Add another one before you remove it.',
  'usage/bad-endpoint': 'This push service cannot be used.',
  'usage/bad-passphrase': 'A passphrase needs 8 characters or more. Four or five random words are good.',
  'usage/no-passphrase': 'There is no passphrase, so this browser would open it again. Set one first.',
  'usage/unknown-slot': 'This way to open Safelight is no longer there.',
  'usage/too-many-passkeys': 'There are 8 passkeys already. Remove one first.',
  'usage/blocked': 'You have blocked this contact. Unblock them to write.',
  'usage/failed': 'The message could not be sent. It is kept in the conversation, with the reason.',
  'usage/closed': 'This tab was closing. What was stored is kept: reload the page.',

  'media/empty': 'This file is empty. Choose another one.',
  'media/not-media': 'This file is not a photo or a video. Nothing was sent.',
  'media/damaged': 'This file is damaged or cut short, so it was not sent. Try another copy of it.',
  'media/unsupported': 'This kind of photo or video cannot be prepared here, so it was not sent. Convert it first.',
  'media/too-large': 'This file is over the limit, so it was not sent. Choose a shorter or smaller one.',
  'media/no-memory': 'This device has not enough memory for it, so it was not sent. Close other tabs and try again.',
  'media/no-room': 'This device has no room left to convert it, so it was not sent. Free some space and try again.',
  'media/not-loaded':
    'A part of Safelight for it could not be loaded, so it was not sent. Check your connection and try again.',
  'media/unreadable': 'The file cannot be read any more. It may have been moved: choose it again.',
  'media/not-converted': 'This browser could not convert it, so it was not sent. Choose Original to send it as it is.',
  'media/not-cut':
    'This video cannot be cut there without converting it, so it was not sent. Move the start, or choose Standard.',
  'media/cancelled': 'Cancelled. Nothing was sent.',

  'storage/full': 'This device has no room left. Everything stored so far is kept: free some space and try again.',
  'storage/conflict': 'Two parts of the page wrote at once. What was stored is kept: reload the page.',
  'storage/damaged': 'A stored item is damaged and cannot be read. Everything else is kept.',
  'storage/locked': 'Another tab has this profile open. Use that tab, or close it and reload this one.',
  'storage/sealed': 'It is locked. Nothing is lost: open it with your passphrase.',
  'storage/wrong-secret': 'This does not open it. Nothing is lost: try again.',
  'storage/mistyped-words': 'These are not recovery words: one of them is mistyped, missing, or in the wrong place.',
  'storage/no-memory':
    'There is not enough free memory to work with a passphrase. Nothing has changed: close other tabs and try again.',
  'storage/unavailable':
    'This browser does not let Safelight store anything, so it cannot run here. Leave private browsing, or allow site data for this page.',
  'storage/closed': 'This tab was closing. What was stored is kept: reload the page.',

  'transport/relay-unreachable': 'The relay does not answer. Check your connection and try again.',
  'transport/not-a-relay': 'Something answers at this address, but it is no Safelight relay. Check the address.',
  'transport/relay-version':
    'The relay runs another version of Safelight. Reload this page; if it stays, tell whoever runs it.',
  'transport/not-a-member': membersOnly,
  'transport/banned': banned,
  'transport/relay-refused': 'The relay refused this. What you made is kept on this device: try again later.',
  'transport/peer-unreachable': 'No direct connection could be made. The relay is used instead.',
  'transport/peer-closed': 'The direct connection ended. The relay is used instead.',
  'transport/peer-protocol': 'The other device sent something that cannot be understood. It was ignored.',
  'transport/timeout': 'The relay took too long to answer. Try again.',
  'transport/cancelled': 'Cancelled.',

  'passkey/refused':
    'No passkey was used: it was cancelled, took too long, or is not on this device. Nothing has changed.',
  'passkey/unsupported': 'This passkey, or this browser, cannot open Safelight. Nothing has changed.',

  'app/asleep': 'Safelight is open in another tab that is asleep. Switch to that tab, or close it.',
  'app/cancelled': 'Cancelled.',
  'app/insecure': 'This page came over a connection that is not secure, so it cannot run. Open it with https://.',
  'app/not-met':
    'Your device and theirs have not met yet, so nothing can be sent to them alone. Try again when they were online.',
  'app/unexpected':
    'Safelight made a mistake of its own and stopped this step. What is stored is kept: reload the page and try again.',
}

/** By HTTP status, where a refusal says more. */
const refusals: Readonly<Record<number, string>> = {
  401: membersOnly,
  403: membersOnly,
  413: 'This is over the size limit of the relay. Choose something smaller.',
  429: 'The relay asks to slow down. Try again in a minute.',
  507: 'The relay is full. What you made is kept on this device: try again later, or add another relay in Settings.',
}

export function errorText(error: unknown): string {
  const { key, status } = toAppError(error)
  if (key === 'transport/relay-refused' && status !== undefined && refusals[status] !== undefined)
    return refusals[status]
  return isErrorKey(key) ? sentences[key] : sentences['app/unexpected']
}

/** Of one that could not be prepared as a photo or video, where its bytes can leave as they are. */
export const asFileText =
  'Or send as file: exactly as it is, with what is hidden in it, such as place and time. You see first what was found.'

export function isCancelled(error: unknown): boolean {
  const { key } = toAppError(error)
  return key === 'app/cancelled' || key === 'transport/cancelled' || key === 'media/cancelled'
}

const failures: Readonly<Record<FailureReason, string>> = {
  'relay-full': 'The relay is full. The message is kept on this device: try again later.',
  'mailbox-full':
    'Too much is waiting there already. The message is kept on this device: try again when some of it was fetched.',
  blocked: 'The relay says that the other side has closed this conversation. The message is kept on this device.',
  'too-large': 'It is over the size limit of the relay. The message is kept on this device: send something smaller.',
  'not-a-member': 'The relay is for members only and does not know you. The message is kept on this device.',
  'too-much-work':
    'The relay asks this device for more work than one message is worth. It may be under attack: the message is kept on this device, try again later.',
  expired: 'Nobody fetched it in time, and the relay no longer keeps it. It is kept on this device: send it again.',
  damaged: 'The photo or video on this device is damaged and cannot be sent. Delete the message and send it again.',
  removed: 'They are not in this group any more, so they did not get it.',
  cancelled: 'You stopped it.',
}

export function failureText(reason: FailureReason): string {
  return failures[reason]
}

type TransferFailure = Extract<TransferView, { kind: 'failed' }>['reason']

const transferFailures: Readonly<Record<TransferFailure, string>> = {
  ...failures,
  expired: 'No longer kept by the relay. Ask for it to be sent again.',
  damaged: 'It arrived damaged and was thrown away. Ask for it to be sent again.',
  'storage-full': 'This device has no room for it. Free some space: it goes on by itself.',
}

export function transferFailureText(reason: TransferFailure): string {
  return transferFailures[reason]
}

const notices: Readonly<Record<AppNotice, string>> = {
  'undecryptable-message':
    'Something arrived that cannot be opened. Everything else is kept. Your devices begin anew by themselves, and if it was a message, it comes again.',
  'keys-changed': 'A contact began anew, or has a new device. Look at their conversation to see what it means.',
  'keys-conflict':
    'What a contact’s device says about its keys contradicts what it said before. Nothing is sent to them until you decide.',
  'contact-cut-off': 'This device cannot read a contact any more. Look at their conversation to see the way back.',
  'contact-unreadable':
    'For an hour nothing from a contact could be opened: either this device has an old copy of the keys, or a relay damages what it carries. Look at their conversation to see the way back.',
  'storage-full':
    'This device has no room left. What is stored is kept; new photos and videos wait until there is space.',
  'storage-damaged': 'A stored item is damaged and cannot be read. Everything else is kept.',
  'vault-changed':
    'Something else than Safelight changed what opens it on this device. That was put back: look under App lock in Settings.',
  'relay-lost-messages': 'The relay has lost messages that it was keeping. Those are sent again as soon as possible.',
}

export function noticeText(code: AppNotice): string {
  return notices[code]
}

/** The state of a sent message, in the words that do not change. */
export function stateText(state: DeliveryState): string {
  switch (state.kind) {
    case 'sending':
      return 'Sending'
    case 'kept':
      return `Kept by ${state.relay} until ${formatShortDate(state.until)}`
    case 'delivered':
      return 'Delivered'
    case 'seen':
      return 'Seen'
    case 'failed':
      return 'Failed'
  }
}

function isErrorKey(key: string): key is ErrorKey {
  return Object.hasOwn(sentences, key)
}
