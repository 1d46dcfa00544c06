import { expect, it } from 'vitest'
import {
  actionOf,
  canBeGivenUp,
  detailOf,
  lineOf,
  stageOf,
  wordsOf,
} from '../../../../src/app/features/tiles/transfer-text.ts'
import type { TransferView } from '../../../../src/messenger/api.ts'

const bytes = { doneBytes: 1_000_000, totalBytes: 4_000_000 }

it.each([
  [{ kind: 'upload', ...bytes }, undefined, 'Uploading · 4 MB', 'Uploading · 1 MB of 4 MB'],
  [{ kind: 'download', ...bytes }, undefined, '1 MB of 4 MB', '1 MB of 4 MB'],
  [{ kind: 'paused', ...bytes }, 'Paused · 1 MB of 4 MB', 'Paused · 4 MB', 'Paused · 1 MB of 4 MB'],
  [
    { kind: 'waiting', ...bytes },
    'Waiting for Bo or a relay · 1 MB of 4 MB',
    'Waiting for Bo or a relay · 1 MB of 4 MB',
    'Waiting · 1 MB of 4 MB',
  ],
  [{ kind: 'offered', totalBytes: 4_000_000 }, undefined, '4 MB', '4 MB'],
  [{ kind: 'done' }, undefined, undefined, undefined],
] as const satisfies readonly (readonly [TransferView, ...(string | undefined)[]])[])(
  'says of %o as much as there is room for',
  (transfer, over, line, detail) => {
    expect([wordsOf(transfer, 'Bo'), lineOf(transfer, 'Bo'), detailOf(transfer)]).toEqual([over, line, detail])
  },
)

it('names the stage of what goes out alone, and gives up what is under way or stopped', () => {
  expect(stageOf({ kind: 'upload', ...bytes })).toBe('Uploading')
  expect(stageOf({ kind: 'download', ...bytes })).toBeUndefined()
  const failed = { kind: 'failed', reason: 'expired' } as const
  expect([canBeGivenUp({ kind: 'paused', ...bytes }), canBeGivenUp(failed)]).toEqual([true, false])
  // A message of mine that failed has its own.
  expect([actionOf(failed, true), actionOf(failed, false)?.name]).toEqual([undefined, 'Retry'])
})
