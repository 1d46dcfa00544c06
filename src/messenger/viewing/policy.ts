// What may be sent to be viewed and not kept, and the row that says what became of it. Spec: docs/protocol.md §6, Views.

import type { MediaItem } from '../../protocol/content/content.ts'
import { limits as protocolLimits } from '../../protocol/limits.ts'
import type { MediaDraft, ViewPolicy } from '../api.ts'
import { UsageError } from '../api.ts'
import { times } from '../limits.ts'
import type { ViewingRow } from '../records/rows.ts'

type Sent = Pick<MediaDraft, 'quality' | 'voice' | 'caption'>

/** @throws UsageError `bad-view` for a policy that cannot be, or that belongs to nothing that can be viewed */
export function checkView(view: ViewPolicy | undefined, media: readonly Sent[]): void {
  if (view === undefined) return
  const { seconds = 1, replays } = view
  const isPolicy =
    Number.isInteger(seconds) &&
    1 <= seconds &&
    seconds <= protocolLimits.viewSeconds &&
    (replays === 0 || replays === 1)
  const isPicture = media.length > 0 && media.every(({ quality, voice }) => quality !== 'file' && voice !== true)
  if (!isPolicy || !isPicture) throw new UsageError('bad-view')
}

export function isViewable({ kind }: MediaItem): boolean {
  return kind === 'photo' || kind === 'video'
}

export function sentViewing(view: ViewPolicy, media: readonly MediaItem[]): ViewingRow {
  return { ...described(view, media), stage: 'sent', said: [] }
}

export function receivedViewing(view: ViewPolicy, media: readonly MediaItem[], nowMs: number): ViewingRow {
  return { ...described(view, media), stage: 'sealed', until: nowMs + times.unviewedMs }
}

/** How long a view may last, whatever the page does: time for each photo, the length of the videos, and some to load them. */
export function longestViewMs({ seconds }: ViewPolicy, media: readonly MediaItem[]): number {
  const videosMs = media.reduce((sum, { kind, display }) => sum + (kind === 'video' ? (display.durationMs ?? 0) : 0), 0)
  const photos = media.filter(({ kind }) => kind === 'photo').length
  return videosMs + (seconds === undefined ? times.viewMs : photos * seconds * 1000 + times.viewGraceMs)
}

function described({ seconds, replays }: ViewPolicy, media: readonly MediaItem[]) {
  const photos = media.filter(({ kind }) => kind === 'photo').length
  return { ...(seconds === undefined ? {} : { seconds }), replays, photos, videos: media.length - photos }
}
