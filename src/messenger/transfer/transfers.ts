// Transfers as a person manages them: uploads and downloads alike, by attachment.

import type { TransferItem, TransferRendition, TransfersApi } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { Views } from '../conversation/views.ts'
import type { Outbox } from '../delivery/outbox.ts'
import { moveState } from '../delivery/states.ts'
import type { BlobRow } from '../records/rows.ts'
import type { BlobRef } from './blob-refs.ts'
import { blobRefs, mediaOf, withHashList } from './blob-refs.ts'
import type { FoundAttachment } from './find-attachment.ts'
import { findAttachment } from './find-attachment.ts'
import type { StoppedUploads } from './stopped-uploads.ts'
import type { RoomParts } from './make-room.ts'
import { clearMedia } from './make-room.ts'
import { mediaUsage } from './usage.ts'
import type { Wishes } from './wishes.ts'

export interface TransferParts {
  readonly views: Views
  readonly wishes: Wishes
  readonly outbox: Outbox
  readonly stopped: StoppedUploads
  readonly room: RoomParts
  /** Sends a failed message again. */
  readonly resend: (messageId: string) => Promise<void>
  readonly changed: (blobId: string) => void
}

const managed: readonly BlobRow['state'][] = ['wanted', 'paused', 'damaged']

export function createTransfers(context: Context, parts: TransferParts): TransfersApi {
  const { tables, ledger } = context
  const { views, wishes, outbox, stopped } = parts

  const isMine = ({ row }: FoundAttachment): boolean => row.senderId === undefined
  const find = (attachmentId: string, rendition: TransferRendition = 'display'): Promise<FoundAttachment> =>
    findAttachment(context, attachmentId, rendition)
  /** What has to get there for this rendition: of the display, its poster too. */
  const parted = ({ row, ref }: FoundAttachment): string[] =>
    blobRefs(mediaOf(row))
      .filter(({ index, role }) => index === ref.index && (role === 'original') === (ref.role === 'original'))
      .flatMap(withHashList)
      .map(({ blobId }) => blobId)

  async function stop(found: FoundAttachment, isStopped: boolean): Promise<void> {
    await stopped.set(parted(found), isStopped)
    parts.changed(found.ref.blobId)
    for (const { contactId } of found.row.recipients) outbox.kick(contactId)
  }

  /** Who has it keeps it; for the others the message has failed, and can be sent again. */
  const giveUp = ({ row, ref }: FoundAttachment): Promise<void> =>
    ledger.change(async (change) => {
      for (const [key, entry] of tables.outbox.held()) {
        if (entry.messageId !== row.id || !entry.blobs.includes(ref.blobId)) continue
        const contactId = key.slice(0, key.indexOf('/'))
        change.put(tables.outbox, key, { ...entry, failed: true })
        await moveState(context, change, row.id, contactId, { kind: 'failed', reason: 'cancelled' })
      }
    })

  /** Media of one message that are under way; `which` are the ids of blobs. */
  async function itemsOf(
    messageId: string,
    which: ReadonlySet<string>,
  ): Promise<{ readonly item: TransferItem; readonly at: number }[]> {
    const key = (await tables.messageIndex.get(messageId))?.key
    const row = key === undefined ? undefined : await tables.messages.get(key)
    if (key === undefined || row === undefined) return []
    const refs = blobRefs(mediaOf(row)).filter(({ role, blobId }) => role !== 'poster' && which.has(blobId))
    const conversationId = key.slice(0, key.indexOf('/'))
    const direction = row.senderId === undefined ? 'upload' : 'download'
    const all = await Promise.all(
      refs.map(async ({ index, role }: BlobRef) => {
        const rendition = role === 'original' ? 'original' : 'display'
        const failed = row.recipients.map(({ state }) => state).find((state) => state.kind === 'failed')
        const transfer = failed ?? (await views.transfer(row, index, rendition))
        const attachmentId = `${row.id}.${index}`
        return { item: { attachmentId, conversationId, rendition, direction, transfer }, at: row.receivedAt } as const
      }),
    )
    return all.filter(({ item: { transfer } }) => transfer.kind !== 'done')
  }

  return {
    async list() {
      const byMessage = new Map<string, Set<string>>()
      const add = (messageId: string, blobId: string): void => {
        byMessage.set(messageId, (byMessage.get(messageId) ?? new Set()).add(blobId))
      }
      for (const [, { messageId, blobs }] of tables.outbox.held())
        if (messageId !== undefined) for (const blobId of blobs) add(messageId, blobId)
      for (const { key, row } of await tables.blobs.list()) if (managed.includes(row.state)) add(row.messageId, key)
      const items = (await Promise.all([...byMessage].map(([id, blobIds]) => itemsOf(id, blobIds)))).flat()
      return items.toSorted((a, b) => b.at - a.at).map(({ item }) => item)
    },
    async start(attachmentId, rendition) {
      const found = await find(attachmentId, rendition)
      await (isMine(found) ? stop(found, false) : wishes.start(found.ref))
    },
    async pause(attachmentId, rendition) {
      const found = await find(attachmentId, rendition)
      await (isMine(found) ? stop(found, true) : wishes.pause(found.ref))
    },
    async resume(attachmentId, rendition) {
      const found = await find(attachmentId, rendition)
      await (isMine(found) ? stop(found, false) : wishes.start(found.ref))
    },
    async cancel(attachmentId, rendition) {
      const found = await find(attachmentId, rendition)
      await (isMine(found) ? giveUp(found) : wishes.cancel(found.ref))
    },
    async retry(attachmentId, rendition) {
      const found = await find(attachmentId, rendition)
      if (!isMine(found)) return wishes.retry(found.ref)
      await stop(found, false)
      await parts.resend(found.row.id).catch((error: unknown) => {
        // It was deleted meanwhile.
        if (!(error instanceof UsageError)) throw error
      })
    },
    usage: () => mediaUsage(context),
    clear: (conversationId) => clearMedia(context, conversationId, parts.room),
  }
}
