// Saves what was sent as a file on the device.

import type { Attachment } from '../../../messenger/api.ts'
import type { MediaReader } from '../../state/media.ts'
import { saveFile } from '../../ui/save-file.ts'

const endings: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/png': 'png',
  'image/webp': 'webp',
  'video/mp4': 'mp4',
  'video/webm': 'webm',
  'video/quicktime': 'mov',
  'audio/mp4': 'm4a',
  'audio/webm': 'webm',
  'audio/ogg': 'ogg',
}

export async function saveMedia(
  media: MediaReader,
  attachment: Attachment,
  sentAtMs: number,
  rendition: 'display' | 'original' = 'display',
): Promise<void> {
  saveFile(await media.whole(attachment, rendition), nameOf(attachment, sentAtMs, rendition))
}

/** A file is called what its sender calls it; the rest says nothing but when it was sent. */
export function nameOf(attachment: Attachment, sentAtMs: number, rendition: 'display' | 'original'): string {
  if (attachment.kind === 'file') return attachment.name ?? `Safelight ${stamp(sentAtMs)}.bin`
  const mime = rendition === 'original' ? (attachment.original ?? attachment).mime : attachment.mime
  return `Safelight ${stamp(sentAtMs)}.${endings[mime] ?? 'bin'}`
}

function stamp(timeMs: number): string {
  const time = new Date(timeMs)
  const two = (value: number) => String(value).padStart(2, '0')
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
  return `${day} ${two(time.getHours())}.${two(time.getMinutes())}.${two(time.getSeconds())}`
}
