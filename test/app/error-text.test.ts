import { describe, expect, it } from 'vitest'
import { errorText, failureText, isCancelled, noticeText, stateText } from '../../src/app/error-text.ts'
import { AppError, toAppError, toWireError } from '../../src/app/state/app-error.ts'
import { InviteError, UsageError } from '../../src/messenger/api.ts'
import { MediaError, StorageError, TransportError } from '../../src/messenger/ports.ts'

describe('sentences for errors', () => {
  it.each([
    [new InviteError('used'), 'already used'],
    [new UsageError('last-relay'), 'only relay'],
    [new MediaError('not-media'), 'not a photo or a video'],
    [new StorageError('full'), 'no room'],
    [new TransportError('relay-unreachable'), 'does not answer'],
    [new TransportError('relay-refused', { status: 507 }), 'full'],
    [new TransportError('relay-refused', { status: 413 }), 'size limit'],
  ])('says what happened for %o', (error, words) => {
    expect(errorText(error)).toContain(words)
  })

  it.each([new Error('boom'), 'boom', undefined, new AppError({ key: 'later/unknown' })])(
    'says for %o that it is our mistake, and what to do',
    (error) => {
      expect(errorText(error)).toMatch(/mistake of its own.*kept.*reload/i)
    },
  )

  it('shows nothing of an error’s own text', () => {
    expect(errorText(new Error('secret'))).not.toContain('secret')
    expect(JSON.stringify(toWireError(new InviteError('broken', { cause: new Error('secret') })))).not.toContain(
      'secret',
    )
  })

  it('keeps on its way between tabs that a file can go out as it is', () => {
    const error = new MediaError('damaged', { asFile: true })
    expect(toAppError(new AppError(toWireError(toAppError(error)))).asFile).toBe(true)
    expect(toWireError(new MediaError('damaged'))).toEqual({ key: 'media/damaged' })
  })

  it('says of a view what happened and what is left to do', () => {
    for (const code of ['bad-view', 'no-view', 'view-only', 'view-waiting', 'view-open', 'view-over'] as const)
      expect(errorText(new UsageError(code))).toMatch(/^.{15,}[.:,] .{15,}\.$/)
  })

  it('knows what the person has stopped', () => {
    expect(isCancelled(new DOMException('stop', 'AbortError'))).toBe(true)
    expect(isCancelled(new MediaError('cancelled'))).toBe(true)
    expect(isCancelled(new MediaError('damaged'))).toBe(false)
  })
})

it('says of each failure that the message is kept, or what to do', () => {
  for (const reason of ['relay-full', 'mailbox-full', 'blocked', 'too-large', 'not-a-member', 'damaged'] as const) {
    expect(failureText(reason)).toMatch(/kept|send it again/)
  }
  expect(noticeText('undecryptable-message')).toMatch(/kept/)
})

it('says that it is the relay’s word where nothing else shows it', () => {
  expect(errorText(new InviteError('used'))).toMatch(/^The relay says/)
  expect(failureText('blocked')).toMatch(/^The relay says/)
  expect(noticeText('contact-unreadable')).toMatch(/either.*old copy.*or a relay/i)
})

it('words the states as they are promised', () => {
  const until = new Date(2026, 10, 29, 12).getTime()
  expect(stateText({ kind: 'sending' })).toBe('Sending')
  expect(stateText({ kind: 'kept', relay: 'relay.example', until })).toMatch(
    /^Kept by relay\.example until (29 Nov|Nov 29)$/,
  )
  expect(stateText({ kind: 'delivered', at: 0 })).toBe('Delivered')
  expect(stateText({ kind: 'seen', at: 0 })).toBe('Seen')
  expect(stateText({ kind: 'failed', reason: 'relay-full' })).toBe('Failed')
})
