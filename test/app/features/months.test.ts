import { expect, it } from 'vitest'
import { byMonth } from '../../../src/app/features/gallery/months.ts'
import { createFakeMessenger } from '../../support/fake-messenger.ts'
import type { FakeMedia } from '../../support/fake-messenger.ts'

const item = (kind: FakeMedia['kind']): FakeMedia => ({ kind, data: new Blob(['x']), width: 1, height: 1 })

it('gives the media of one kind by month, the newest first, and nothing of what is to be viewed once', () => {
  const messenger = createFakeMessenger({ name: 'Ana' })
  messenger.addContact({ id: 'b0', name: 'Bo' })
  const receive = (month: number, media: readonly FakeMedia[], view?: { replays: number }) =>
    messenger.receive('b0', {
      media,
      sentAt: new Date(2026, month, 3).getTime(),
      ...(view === undefined ? {} : { view }),
    })
  const [first, second, third] = [
    receive(0, [item('photo'), item('video')]),
    receive(0, [item('photo')]),
    receive(1, [item('photo'), item('photo'), item('file')]),
  ]
  const once = receive(1, [item('photo')], { replays: 0 })
  const months = byMonth([first, second, third, once], 'photo')
  expect(months.map(({ name }) => name)).toEqual(['February 2026', 'January 2026'])
  expect(months.flatMap(({ items }) => items.map(({ attachment }) => attachment.id))).toEqual([
    `${third.id}.1`,
    `${third.id}.0`,
    `${second.id}.0`,
    `${first.id}.0`,
  ])
  expect(byMonth([first, second, third, once], 'voice')).toEqual([])
})
