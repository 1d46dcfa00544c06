import { describe, expect, it } from 'vitest'
import { leaderCalls } from '../../../src/app/state/leader.ts'
import { createMediaReader } from '../../../src/app/state/media.ts'
import { createFakeMessenger } from '../../support/fake-messenger.ts'

function received(data: Blob) {
  const messenger = createFakeMessenger({ name: 'Ana' })
  messenger.addContact({ id: 'b0', name: 'Bo' })
  const { attachments } = messenger.receive('b0', { media: [{ kind: 'photo', data, width: 4, height: 3 }] })
  const [attachment] = attachments
  if (attachment === undefined) throw new Error('nothing was received')
  const reader = createMediaReader(
    leaderCalls(messenger, () => undefined),
    () => 'read',
  )
  return { attachment, reader }
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
})
