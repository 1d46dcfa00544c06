// Saves a photo or video as a file. Its name says when it was sent and nothing else.

import type { Attachment } from '../../../messenger/api.ts'
import type { MediaReader } from '../../state/media.ts'

const endings: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/png': 'png',
  'image/webp': 'webp',
  'video/mp4': 'mp4',
  'video/webm': 'webm',
  'video/quicktime': 'mov',
}

/** The browser needs the address a moment longer than the click. */
const keepUrlMs = 60_000

export async function saveMedia(media: MediaReader, attachment: Attachment, sentAtMs: number): Promise<void> {
  const blob = await media.whole(attachment, 'display')
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = `Safelight ${stamp(sentAtMs)}.${endings[attachment.mime] ?? 'bin'}`
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), keepUrlMs)
}

function stamp(timeMs: number): string {
  const time = new Date(timeMs)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
  return `${day} ${two(time.getHours())}.${two(time.getMinutes())}.${two(time.getSeconds())}`
}
