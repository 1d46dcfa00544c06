import { describe, expect, it } from 'vitest'
import { shownMedia } from '../../../src/app/features/conversation/shown-media.ts'
import { leaderCalls } from '../../../src/app/state/leader.ts'
import { createMediaReader } from '../../../src/app/state/media.ts'
import type { MediaQuestion } from '../../../src/app/sw/media-question.ts'
import { be } from '../../media/bytes.ts'
import { gif } from '../../media/gifs.ts'
import { png } from '../../media/photos.ts'
import { createFakeMessenger } from '../../support/fake-messenger.ts'
import type { FakeMedia } from '../../support/fake-messenger.ts'

function received(data: Blob, words: Partial<FakeMedia> = {}) {
  const messenger = createFakeMessenger({ name: 'Ana' })
  messenger.addContact({ id: 'b0', name: 'Bo' })
  const { attachments } = messenger.receive('b0', { media: [{ kind: 'photo', data, width: 4, height: 3, ...words }] })
  const [attachment] = attachments
  if (attachment === undefined) throw new Error('nothing was received')
  const reader = createMediaReader(
    leaderCalls(messenger, () => undefined),
    () => 'read',
  )
  return { messenger, attachment, reader }
}

describe('a whole file', () => {
  it('has the type that the sender gave it where that is a picture or a film', async () => {
    const { attachment, reader } = received(new Blob(['picture'], { type: 'image/png' }))
    const blob = await reader.whole(attachment, 'display')
    expect([blob.type, await blob.text()]).toEqual(['image/png', 'picture'])
  })

  it.each(['text/html', 'image/svg+xml', 'application/pdf'])('is never %s', async (type) => {
    const { attachment, reader } = received(new Blob(['<script>'], { type }))
    expect((await reader.whole(attachment, 'display')).type).toBe('')
  })

  it('of a file has no type at all, though the sender calls it a picture', async () => {
    const { attachment, reader } = received(new Blob(['bytes'], { type: 'image/png' }), { kind: 'file' })
    expect((await reader.whole(attachment, 'display')).type).toBe('')
  })

  it('is the original where that is asked for, all of it and nothing else', async () => {
    const original = { data: new Blob(['the original'], { type: 'image/jpeg' }), width: 40, height: 30 }
    const { attachment, reader } = received(new Blob(['small'], { type: 'image/webp' }), { original })
    const blob = await reader.whole(attachment, 'original')
    expect([blob.type, await blob.text()]).toEqual(['image/jpeg', 'the original'])
  })
})

describe('what is shown where no service worker answers', () => {
  const blobOf = (bytes: Uint8Array, type = 'image/png') => new Blob([new Uint8Array(bytes)], { type })
  const bomb = png().slice()
  bomb.set(be(4, 60_000, 60_000), 16)

  it.each([
    ['PNG', png()],
    ['GIF', gif({ frames: 2, loop: 0 })],
  ])('is a %s as it is', async (_, bytes) => {
    const { attachment, reader } = received(blobOf(bytes))
    expect(new Uint8Array(await (await shownMedia(reader, attachment, 'display')).arrayBuffer())).toEqual(bytes)
  })

  it.each([
    ['picture that would fill the memory', bomb],
    ['animation that would', gif({ frames: 2, screen: [65_535, 65_535] })],
    ['file that is no picture', be(4, 1, 2, 3)],
  ])('is no %s, which can be saved all the same', async (_, bytes) => {
    const original = { data: blobOf(bytes), width: 4, height: 3 }
    const { attachment, reader } = received(blobOf(bytes), { original })
    for (const rendition of ['display', 'original'] as const) {
      await expect(shownMedia(reader, attachment, rendition)).rejects.toThrow('not to be shown')
      expect((await reader.whole(attachment, rendition)).size).toBe(bytes.length)
    }
  })

  it('is no poster that would fill the memory, and a film without that look', async () => {
    const { attachment, reader } = received(blobOf(bomb, 'video/mp4'), { kind: 'video', poster: blobOf(bomb) })
    await expect(shownMedia(reader, attachment, 'poster')).rejects.toThrow('not to be shown')
    expect((await shownMedia(reader, attachment, 'display')).type).toBe('video/mp4')
  })
})

describe('what the service worker asks for', () => {
  const question = (attachmentId: string, rendition: MediaQuestion['rendition'] = 'display'): MediaQuestion => ({
    kind: 'media',
    attachmentId,
    rendition,
    start: 0,
    end: 1000,
  })
  const { signal } = new AbortController()

  it('is the original with its own type, and missing where there is none', async () => {
    const original = { data: new Blob(['the original'], { type: 'image/jpeg' }), width: 40, height: 30 }
    const { attachment, reader } = received(new Blob(['small'], { type: 'image/webp' }), { original })
    expect(await reader.answer(question(attachment.id, 'original'), signal)).toMatchObject({
      kind: 'bytes',
      mime: 'image/jpeg',
      sizeBytes: 12,
    })
    const without = received(new Blob(['small'], { type: 'image/webp' }))
    expect(await without.reader.answer(question(without.attachment.id, 'original'), signal)).toEqual({
      kind: 'missing',
    })
  })

  it('of an open view is answered by the tab that shows it, until it is over', async () => {
    const { messenger, reader } = received(new Blob(['x'], { type: 'image/png' }))
    const data = new Blob(['seen once'], { type: 'image/png' })
    const media = [{ kind: 'photo', data, width: 4, height: 3 } as const]
    const { id } = messenger.receive('b0', { media, view: { replays: 0 } })
    const opened = await messenger.messages.openView(id)
    const shown = opened.attachments[0]?.id ?? ''
    expect(await reader.answer(question(shown), signal)).toEqual({ kind: 'missing' })
    const giveBack = reader.lend(opened.attachments)
    expect(await reader.answer(question(shown), signal)).toMatchObject({ kind: 'bytes', sizeBytes: 9 })
    giveBack()
    expect(await reader.answer(question(shown), signal)).toEqual({ kind: 'missing' })
  })
})
