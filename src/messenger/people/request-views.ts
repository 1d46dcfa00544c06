// What is shown of a request: the words and what is told of the media. All of it came in the messages themselves; nothing
// is fetched for it, and of what is to be viewed once there is not even a blurred look.

import { toHex } from '../../protocol/bytes.ts'
import type { MediaItem } from '../../protocol/content/content.ts'
import type { RequestPreview, RequestView } from '../api.ts'
import type { Context } from '../context.ts'
import type { ContactRow, GroupRow } from '../records/rows.ts'
import { mediaOf } from '../transfer/blob-refs.ts'

export async function requestView(context: Context, id: string, row: ContactRow): Promise<RequestView> {
  return {
    id,
    name: row.name,
    receivedAt: row.createdAt,
    fingerprint: toHex(row.fingerprint),
    ...(row.requestText === undefined ? {} : { text: row.requestText }),
    ...(row.inviteId === undefined ? {} : { inviteId: row.inviteId }),
    ...(await writtenBy(context, id, row.conversationId)),
  }
}

export function invitationView(
  { tables }: Context,
  id: string,
  invitation: NonNullable<GroupRow['invitation']>,
): RequestView {
  const inviter = tables.contacts.peek(invitation.contactId)
  return {
    id,
    name: invitation.name,
    receivedAt: invitation.at,
    fingerprint: toHex(inviter?.fingerprint ?? new Uint8Array()),
    ...(invitation.text === undefined ? {} : { text: invitation.text }),
    messages: 0,
    previews: [],
    group: { invitedBy: inviter?.name ?? '', people: invitation.people.map(({ name }) => name) },
  }
}

async function writtenBy(
  { tables }: Context,
  contactId: string,
  conversationId: string,
): Promise<Pick<RequestView, 'messages' | 'previews'>> {
  // Most strangers have written nothing yet.
  if ((tables.conversations.peek(conversationId)?.lastOrder ?? 0) === 0) return { messages: 0, previews: [] }
  const rows = (await tables.messages.list({ prefix: `${conversationId}/` }))
    .map(({ row }) => row)
    // What was taken back, or a view whose time was over, has no content any more.
    .filter(({ senderId, content }) => senderId === contactId && content.length > 0)
  return {
    messages: rows.length,
    previews: rows.flatMap((row) => {
      const isSealed = tables.viewings.peek(row.id) !== undefined
      return mediaOf(row).map((item) => previewOf(item, isSealed))
    }),
  }
}

function previewOf({ kind, display }: MediaItem, isSealed: boolean): RequestPreview {
  const { width, height, thumbhash, durationMs } = display
  return {
    kind,
    width,
    height,
    ...(thumbhash === undefined || isSealed ? {} : { thumbhash }),
    ...(durationMs === undefined ? {} : { durationMs }),
  }
}
