// What a person gets when they look at an attachment.

import type { Rendition } from '../../../src/messenger/api.ts'
import type { Person } from './world.ts'

export async function bytesOf(
  person: Person,
  attachmentId: string,
  rendition: Rendition = 'display',
): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  for await (const part of person.messenger.media.read(attachmentId, { rendition })) parts.push(part)
  return new Uint8Array(Buffer.concat(parts))
}

/** The code of what reading it is refused with. */
export async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )
}
