// How far an attachment is, and what can be done about that, in words.

import type { TransferView } from '../../../messenger/api.ts'
import { transferFailureText } from '../../error-text.ts'
import type { TransferAction } from '../../state/calls.ts'
import { formatBytes } from '../../state/format.ts'

export interface Action {
  readonly does: TransferAction
  readonly name: string
}

/** The first that can be done about it. What is under way or stopped can be given up besides. */
export function actionOf(transfer: TransferView, isMine: boolean): Action | undefined {
  switch (transfer.kind) {
    case 'download':
    case 'upload':
    case 'waiting':
      return { does: 'pause', name: 'Pause' }
    case 'offered':
      return { does: 'start', name: `Download ${formatBytes(transfer.totalBytes)}` }
    case 'evicted':
      return { does: 'start', name: `Download again, ${formatBytes(transfer.totalBytes)}` }
    case 'paused':
      return { does: 'resume', name: 'Resume' }
    case 'failed':
      // A message of mine that failed says so itself, and can be sent again there.
      return isMine ? undefined : { does: 'retry', name: 'Retry' }
    case 'done':
      return undefined
  }
}

export const giveUp: Action = { does: 'cancel', name: 'Cancel' }

export function canBeGivenUp({ kind }: TransferView): boolean {
  return kind === 'download' || kind === 'upload' || kind === 'waiting' || kind === 'paused'
}

/** The last of the stages of what is sent; what comes has one alone. */
export function stageOf({ kind }: TransferView): string | undefined {
  return kind === 'upload' ? 'Uploading' : undefined
}

/** Over the place of a picture, where a ring or a button says the rest. `senderName`: where it is known who has it. */
export function wordsOf(transfer: TransferView, senderName?: string): string | undefined {
  switch (transfer.kind) {
    case 'evicted':
      return 'Removed to make room'
    case 'paused':
      return `Paused · ${partOf(transfer)}`
    case 'waiting':
      return `Waiting${senderName === undefined ? '' : ` for ${senderName} or a relay`} · ${partOf(transfer)}`
    case 'failed':
      return transferFailureText(transfer.reason)
    case 'offered':
    case 'done':
    case 'download':
    case 'upload':
      return undefined
  }
}

/** In a short line of their own, beside which there is a ring or icons alone: it stays one line in a narrow message. */
export function lineOf(transfer: TransferView, senderName?: string): string | undefined {
  switch (transfer.kind) {
    case 'download':
      return partOf(transfer)
    case 'upload':
      return `${stageOf(transfer)} · ${formatBytes(transfer.totalBytes)}`
    case 'offered':
      return formatBytes(transfer.totalBytes)
    case 'evicted':
      return `Removed to make room · ${formatBytes(transfer.totalBytes)}`
    case 'paused':
      return `Paused · ${formatBytes(transfer.totalBytes)}`
    case 'waiting':
    case 'failed':
    case 'done':
      return wordsOf(transfer, senderName)
  }
}

/** Where there is room for all of it, and nobody's name beside it. */
export function detailOf(transfer: TransferView): string | undefined {
  if (transfer.kind === 'upload') return `${stageOf(transfer)} · ${partOf(transfer)}`
  return wordsOf(transfer) ?? lineOf(transfer)
}

function partOf({ doneBytes, totalBytes }: { readonly doneBytes: number; readonly totalBytes: number }): string {
  return `${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}`
}

/** Nothing of it moves before somebody asks. */
export function isStartable(transfer: TransferView | undefined): boolean {
  return transfer?.kind === 'offered' || transfer?.kind === 'evicted' || transfer?.kind === 'paused'
}
