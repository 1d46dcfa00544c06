// What a message is called while it is prepared: the same as afterwards.

import { expect, it } from 'vitest'
import { kindOfDraft, shownKind } from '../../../src/app/features/conversation/draft-kind.ts'
import { kindOf } from '../../../src/app/features/conversation/message-kind.ts'
import type { AppDraft } from '../../../src/app/state/calls.ts'

const photo = { data: new File(['x'], 'a.jpg', { type: 'image/jpeg' }), quality: 'standard' } as const
const film = { data: new File(['x'], 'walk.MKV', { type: '' }), quality: 'standard' } as const
const voice = { data: new Blob(['x'], { type: 'audio/webm' }), voice: true }

it.each<[AppDraft, Parameters<typeof kindOf>[0]]>([
  [{ text: 'words', media: [] }, { attachments: [] }],
  [{ media: [photo] }, { attachments: [{ kind: 'photo' }] }],
  [{ media: [film, photo] }, { attachments: [{ kind: 'video' }, { kind: 'photo' }] }],
  [{ media: [voice] }, { attachments: [{ kind: 'voice' }] }],
  [{ media: [{ ...photo, quality: 'file' }] }, { attachments: [{ kind: 'file' }] }],
  [
    { media: [photo, film], view: { replays: 0 } },
    { attachments: [], viewing: { photos: 1, videos: 1 } },
  ],
])('is told before it is stored as after: %#', (draft, stored) => {
  expect(kindOfDraft(draft)).toBe(kindOf(stored))
})

it('shows what is in a file as what it is', () => {
  expect(shownKind(film.data)).toBe('video')
  expect(shownKind(new Blob(['x']))).toBe('photo')
})
