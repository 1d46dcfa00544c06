import { signal } from '@preact/signals'
import { describe, expect, it } from 'vitest'
import { leaderCalls } from '../../../src/app/state/leader.ts'
import { createThread } from '../../../src/app/state/thread.ts'
import type { Thread } from '../../../src/app/state/thread.ts'
import { MediaError } from '../../../src/messenger/ports.ts'
import { createFakeMessenger } from '../../support/fake-messenger.ts'

function setUp(stored = 0) {
  const messenger = createFakeMessenger({ name: 'Ana' })
  const { conversationId } = messenger.addContact({ id: 'b0', name: 'Bo' })
  for (let index = 0; index < stored; index += 1) messenger.receive('b0', { text: String(index) })
  let ids = 0
  const made: Thread[] = []
  const calls = leaderCalls(messenger, (event) => made[0]?.apply(event))
  const preparing = signal(0)
  const thread = createThread(conversationId, {
    calls,
    preparing,
    newId: () => (ids += 1).toString(16).padStart(32, '0'),
    now: () => 0,
    draftKept: () => undefined,
  })
  made.push(thread)
  const draft = async () => (await messenger.conversations.get(conversationId))?.draft
  return {
    messenger,
    calls,
    thread,
    preparing,
    draft,
    texts: (of: Thread) => of.messages.value.map(({ value }) => value.text),
  }
}
const photo = new Blob(['picture'], { type: 'image/jpeg' })

describe('a conversation’s messages', () => {
  it('opens with the newest page, in order', async () => {
    const { thread, texts } = setUp(120)
    await thread.refresh()
    expect(texts(thread)).toEqual(Array.from({ length: 50 }, (_, index) => String(index + 70)))
    expect(thread.complete.value).toBe(false)
  })

  it('loads older pages to the beginning and stops there', async () => {
    const { thread, texts } = setUp(120)
    await thread.refresh()
    await thread.loadOlder()
    await thread.loadOlder()
    await thread.loadOlder()
    expect(texts(thread)).toHaveLength(120)
    expect(texts(thread)[0]).toBe('0')
    expect(thread.complete.value).toBe(true)
  })

  it('waits for the older page that is on its way already', async () => {
    const { thread, texts } = setUp(120)
    await thread.refresh()
    const first = thread.loadOlder()
    await thread.loadOlder()
    expect(texts(thread)).toHaveLength(100)
    await first
    expect(texts(thread)).toHaveLength(100)
  })

  it('loads back to where a reload was', async () => {
    const { thread, texts } = setUp(230)
    await thread.refresh()
    expect(await thread.loadBackTo(95)).toBe(true)
    const shown = texts(thread).map(Number)
    expect(shown[0]).toBe(44)
    expect(shown).toEqual(shown.map((_, index) => 44 + index))
  })

  it('goes far back in few steps, and says when it is too far', async () => {
    const { calls, thread, texts } = setUp(6000)
    await thread.refresh()
    const limits: number[] = []
    const { page } = calls
    calls.page = async (id, before, limit) => {
      limits.push(limit)
      return page(id, before, limit)
    }
    expect(await thread.loadBackTo(4000)).toBe(true)
    expect(limits).toEqual([500, 500, 500, 500])
    expect(await thread.loadBackTo(1)).toBe(true)
    expect(texts(thread)[0]).toBe('0')
    const other = setUp(6000).thread
    await other.refresh()
    expect(await other.loadBackTo(1)).toBe(false)
    // What was read is there, without a gap.
    const shown = texts(other).map(Number)
    expect(shown).toEqual(shown.map((_, index) => 6000 - shown.length + index))
  })

  it('shows what arrives once, also when it is told twice', async () => {
    const { messenger, thread, texts } = setUp(1)
    await thread.refresh()
    const message = messenger.receive('b0', { text: 'new' })
    thread.apply({ kind: 'message', message })
    expect(texts(thread)).toEqual(['0', 'new'])
  })

  it('are those of this conversation alone, whatever is told of others', async () => {
    const { messenger, thread, texts } = setUp(1)
    await thread.refresh()
    const other = messenger.addContact({ id: 'c0', name: 'Cem' })
    const { id } = await messenger.send(other.conversationId, { text: 'for Cem alone' })
    messenger.setState(id, { kind: 'seen', at: 0 })
    await messenger.messages.react(id, '❤️')
    await new Promise((resolve) => setTimeout(resolve))
    expect(texts(thread)).toEqual(['0'])
  })

  it('leaves no gap when more than a page was missed', async () => {
    const { messenger, thread, texts } = setUp(10)
    await thread.refresh()
    const quiet = thread.apply
    Object.assign(thread, { apply: () => undefined })
    for (let index = 10; index < 90; index += 1) messenger.receive('b0', { text: String(index) })
    Object.assign(thread, { apply: quiet })
    await thread.refresh()
    const shown = texts(thread).map(Number)
    expect(shown.every((number, index) => index === 0 || number === (shown[index - 1] ?? 0) + 1)).toBe(true)
    expect(shown.at(-1)).toBe(89)
  })

  it('shows what arrives while its newest page is read', async () => {
    const { messenger, calls, thread, texts } = setUp(120)
    const { promise: late, resolve: answer } = Promise.withResolvers<void>()
    const { page } = calls
    calls.page = async (...args) => {
      const read = await page(...args)
      await late
      return read
    }
    const opening = thread.refresh()
    await Promise.resolve()
    messenger.receive('b0', { text: 'new' })
    answer()
    await opening
    expect(texts(thread)).toHaveLength(51)
    expect(texts(thread).at(-1)).toBe('new')
  })

  it('leaves no gap when something arrives while what was missed is read', async () => {
    const { messenger, calls, thread, texts } = setUp(10)
    await thread.refresh()
    const quiet = thread.apply
    Object.assign(thread, { apply: () => undefined })
    for (let index = 10; index < 90; index += 1) messenger.receive('b0', { text: String(index) })
    Object.assign(thread, { apply: quiet })
    const { page } = calls
    calls.page = async (...args) => {
      const read = await page(...args)
      messenger.receive('b0', { text: '90' })
      return read
    }
    await thread.refresh()
    expect(texts(thread)).toEqual(Array.from({ length: 51 }, (_, index) => String(index + 40)))
    expect(thread.complete.value).toBe(false)
  })

  it('changes only the message whose state changed', async () => {
    const { messenger, thread } = setUp(1)
    await thread.refresh()
    await thread.send({ text: 'hello', media: [] })
    const [other, mine] = thread.messages.value
    const before = other?.value
    messenger.setState(mine?.value.id ?? '', { kind: 'seen', at: 1 })
    expect(mine?.value.recipients[0]?.state.kind).toBe('seen')
    expect(other?.value).toBe(before)
  })

  it('go to one more when somebody joins the group', async () => {
    const { messenger, thread } = setUp()
    const { id } = messenger.receive('b0', { mine: { kind: 'seen', at: 1 }, text: 'early' })
    await thread.refresh()
    messenger.addRecipient(id, { id: 'c0', name: 'Cem' })
    messenger.setState(id, { kind: 'delivered', at: 2 }, 'c0')
    const states = () => thread.messages.value[0]?.value.recipients.map(({ name, state }) => `${name} ${state.kind}`)
    await expect.poll(states).toEqual(['Bo seen', 'Cem delivered'])
  })

  it('tells how far a transfer is', async () => {
    const { messenger, thread } = setUp()
    const media = [{ kind: 'photo', data: photo, width: 4, height: 3 }] as const
    messenger.receive('b0', { media })
    await thread.refresh()
    const id = thread.messages.value[0]?.value.attachments[0]?.id ?? ''
    messenger.setTransfer(id, { kind: 'download', doneBytes: 3, totalBytes: 7 })
    expect(thread.messages.value[0]?.value.attachments[0]?.transfer).toMatchObject({ doneBytes: 3 })
  })
})

describe('sending', () => {
  it('is shown at once and becomes the stored message', async () => {
    const { thread, preparing, texts } = setUp()
    await thread.refresh()
    const sending = thread.send({ text: 'hello', media: [] })
    expect(preparing.value).toBe(1)
    expect(thread.pending.value.map(({ draft }) => draft.text)).toEqual(['hello'])
    await sending
    expect(thread.pending.value).toEqual([])
    expect(preparing.value).toBe(0)
    expect(texts(thread)).toEqual(['hello'])
  })

  it('keeps what could not be prepared, with the reason, and tries it again', async () => {
    const { messenger, thread } = setUp()
    await thread.refresh()
    const prepare = messenger.prepare
    messenger.prepare = () => Promise.reject(new MediaError('damaged'))
    await thread.send({ media: [{ data: photo }] })
    const [failed] = thread.pending.value
    expect(failed?.error?.key).toBe('media/damaged')
    expect(thread.messages.value).toEqual([])
    messenger.prepare = prepare
    await thread.retryPending(failed?.id ?? '')
    expect(thread.pending.value).toEqual([])
    expect(thread.messages.value).toHaveLength(1)
  })

  it('tells how far its media are and what is done with them, and begins anew when it is tried again', async () => {
    const { messenger, thread } = setUp()
    await thread.refresh()
    const { promise, reject: fail } = Promise.withResolvers<never>()
    messenger.prepare = (_, { onProgress }) => {
      onProgress(0.5, { kind: 'encrypt', doneBytes: 0, totalBytes: 1 })
      return promise
    }
    const sending = thread.send({ media: [{ data: photo }] })
    const shown = () => thread.pending.value.map(({ fraction, stage }) => [fraction, stage])
    await expect.poll(shown).toEqual([[0.5, 'encrypt']])
    fail(new MediaError('no-room'))
    await sending
    messenger.prepare = () => new Promise(() => {})
    void thread.retryPending(thread.pending.value[0]?.id ?? '')
    expect(shown()).toEqual([[0, undefined]])
  })

  it('stops when it is dropped, and gives back what it held', async () => {
    const { messenger, thread } = setUp()
    await thread.refresh()
    messenger.prepare = (_media, { signal }) =>
      new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
    const sending = thread.send({ text: 'later', media: [{ data: photo }] })
    expect(thread.dropPending(thread.pending.value[0]?.id ?? '')?.text).toBe('later')
    await sending
    expect(messenger.sent).toEqual([])
    expect(thread.pending.value).toEqual([])
  })

  it('keeps the order, however long one takes to prepare', async () => {
    const { messenger, thread, texts } = setUp()
    await thread.refresh()
    const prepare = messenger.prepare
    const { promise: prepared, resolve: finish } = Promise.withResolvers<void>()
    messenger.prepare = async (...args) => {
      await prepared
      return prepare(...args)
    }
    const photoSent = thread.send({ text: 'photo', media: [{ data: photo }] })
    const textSent = thread.send({ text: 'text', media: [] })
    finish()
    await Promise.all([photoSent, textSent])
    expect(texts(thread)).toEqual(['photo', 'text'])
  })

  it('goes on after one that failed or was dropped', async () => {
    const { messenger, thread, texts } = setUp()
    await thread.refresh()
    messenger.prepare = () => Promise.reject(new MediaError('empty'))
    const failing = thread.send({ media: [{ data: photo }] })
    const dropped = thread.send({ text: 'dropped', media: [] })
    const last = thread.send({ text: 'last', media: [] })
    thread.dropPending(thread.pending.value[1]?.id ?? '')
    await Promise.all([failing, dropped, last])
    expect(texts(thread)).toEqual(['last'])
  })

  it('keeps the words on this device until they are stored as a message', async () => {
    const { messenger, thread, draft } = setUp()
    await thread.refresh()
    const prepare = messenger.prepare
    const { promise: prepared, resolve: finish } = Promise.withResolvers<void>()
    messenger.prepare = async (...args) => {
      await prepared
      return prepare(...args)
    }
    thread.write('a film')
    const film = thread.send({ text: 'a film', media: [{ data: photo }] })
    const behind = thread.send({ text: 'behind it', media: [] })
    thread.write('not yet')
    expect(await draft()).toBe('a film\nbehind it\nnot yet')
    finish()
    await Promise.all([film, behind])
    expect(await draft()).toBe('not yet')
  })

  it('keeps the words of what failed until they are sent, changed or deleted', async () => {
    const { messenger, thread, draft } = setUp()
    await thread.refresh()
    messenger.prepare = () => Promise.reject(new MediaError('damaged'))
    await thread.send({ text: 'look', media: [{ data: photo }] })
    expect(await draft()).toBe('look')
    thread.dropPending(thread.pending.value[0]?.id ?? '')
    expect(await draft()).toBe('')
  })
})

describe('media of a conversation', () => {
  it('tell how far the original is apart from what is shown', async () => {
    const { messenger, thread } = setUp()
    const original = { data: photo, width: 8, height: 6 }
    const { attachments } = messenger.receive('b0', {
      media: [{ kind: 'photo', data: photo, width: 4, height: 3, original }],
    })
    await thread.refresh()
    messenger.setTransfer(attachments[0]?.id ?? '', { kind: 'download', doneBytes: 1, totalBytes: 7 }, 'original')
    const [shown] = thread.messages.value[0]?.value.attachments ?? []
    expect(shown?.transfer).toEqual({ kind: 'done' })
    expect(shown?.original?.transfer).toEqual({ kind: 'download', doneBytes: 1, totalBytes: 7 })
  })

  it('are read again when a view begins and when it ends', async () => {
    const { messenger, thread } = setUp()
    const media = [{ kind: 'photo', data: photo, width: 4, height: 3 } as const]
    const { id } = messenger.receive('b0', { media, view: { replays: 0 } })
    await thread.refresh()
    const stage = () => thread.messages.value[0]?.value.viewing?.stage
    expect(stage()).toBe('sealed')
    const { viewId } = await messenger.messages.openView(id)
    await expect.poll(stage).toBe('open')
    await messenger.messages.closeView(viewId)
    await expect.poll(stage).toBe('over')
  })
})

describe('what people do to messages', () => {
  it('shows a reaction, a new text and a pin as they come', async () => {
    const { messenger, thread } = setUp(1)
    await thread.refresh()
    const id = thread.messages.value[0]?.peek().id ?? ''
    messenger.alter(id, {
      text: 'new',
      isPinned: true,
      reactions: [{ contactId: 'b0', name: 'Bo', emoji: '❤️', at: 1 }],
    })
    await expect.poll(() => thread.messages.value[0]?.value).toMatchObject({ text: 'new', isPinned: true })
    expect(thread.messages.value[0]?.value.reactions).toHaveLength(1)
  })

  it('leaves nothing of a message that was taken back, or is over, in the answers to it', async () => {
    const { messenger, thread } = setUp(2)
    await thread.refresh()
    const [first = '', second = ''] = thread.messages.value.map((message) => message.peek().id)
    for (const replyTo of [first, second]) await thread.send({ text: 'answer', media: [], replyTo })
    const quotes = () => thread.messages.value.slice(-2).map(({ value }) => value.replyTo?.text)
    expect(quotes()).toEqual(['0', '1'])
    messenger.alter(thread.messages.value[2]?.peek().id ?? '', { replyTo: { id: first } })
    await expect.poll(quotes).toEqual([undefined, '1'])
    const answer = thread.messages.value[3]?.peek()
    if (answer === undefined) throw new Error('it was sent')
    // Gone without a word of the answer itself.
    const message = messenger.messages.get
    messenger.messages.get = async (id) => (id === answer.id ? { ...answer, replyTo: { id: second } } : message(id))
    messenger.expire(second)
    await expect.poll(quotes).toEqual([undefined, undefined])
    expect(thread.messages.value).toHaveLength(3)
  })

  it('adds a line that came, and no message that is older than what is loaded', async () => {
    const { messenger, thread } = setUp(60)
    await thread.refresh()
    const [oldest] = await messenger.conversations.page(thread.id, { limit: 60 })
    messenger.alter(oldest?.id ?? '', { text: 'changed' })
    await messenger.conversations.setTimer(thread.id, 60_000)
    await expect.poll(() => thread.messages.value.at(-1)?.value.line).toMatchObject({ kind: 'timer', lifeMs: 60_000 })
    expect(thread.messages.value).toHaveLength(51)
  })

  it('writes about nothing that is gone', async () => {
    const { messenger, thread } = setUp(2)
    await thread.refresh()
    const [first, second] = thread.messages.value.map((message) => message.peek())
    if (first === undefined || second === undefined) throw new Error('they are loaded')
    thread.about.value = { kind: 'reply', message: second }
    messenger.expire(first.id)
    expect(thread.about.value).toBeDefined()
    messenger.alter(second.id, { unsentAt: 1 })
    await expect.poll(() => thread.about.value).toBeUndefined()
    thread.about.value = { kind: 'edit', message: second }
    messenger.expire(second.id)
    expect(thread.about.value).toBeUndefined()
  })

  it('forwards a message once, however often the tab that leads is asked', async () => {
    const { messenger, thread, calls } = setUp(1)
    await thread.refresh()
    const id = thread.messages.value[0]?.peek().id ?? ''
    const other = messenger.addContact({ id: 'c0', name: 'Cleo' })
    const newId = 'ab'.repeat(16)
    const both = [1, 2].map(() => calls.forward(newId, other.conversationId, id))
    expect((await Promise.all(both)).map((view) => view.id)).toEqual([newId, newId])
    expect(messenger.sent).toEqual([newId])
  })
})
