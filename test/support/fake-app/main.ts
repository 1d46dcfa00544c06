// The app on the fake messenger, to look at it: `?new` for a new profile, `?empty` for one with nobody in it,
// `?long` for a long conversation, `?locked` for the lock.

import { startApp } from '../../../src/app/app.tsx'
import { StorageError } from '../../../src/messenger/ports.ts'
import type { Unlock } from '../../../src/messenger/ports/vault.ts'
import { createFakeMessenger } from '../fake-messenger.ts'
import type { FakeMedia, FakeMessenger } from '../fake-messenger.ts'
import { draw, scenes } from './scenes.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

declare global {
  /** For tests that play the other side. */
  var fake: FakeMessenger
}

const element = document.querySelector('#app')
if (element === null) throw new Error('no place for the app')
startApp({
  element,
  channel: new BroadcastChannel('safelight-fake'),
  passkeys: {
    areOffered: async () => true,
    create: async () => ({ credentialId: new Uint8Array(1), salt: new Uint8Array(32), secret: new Uint8Array(32) }),
    use: async () => ({ kind: 'passkey', credentialId: new Uint8Array(1), secret: new Uint8Array(32) }),
  },
  push: async () => ({
    permission: () => 'granted',
    ask: async () => 'granted',
    current: async () => ({ endpoint: 'https://push.example/a', key: 'key' }),
    subscribe: async (key) => ({ endpoint: 'https://push.example/a', key }),
    unsubscribe: async () => undefined,
    arrived: async () => undefined,
    clear: async () => undefined,
  }),
  reload: () => location.assign('?locked'),
  async openMessenger(unlock) {
    const query = new URLSearchParams(location.search)
    if (query.has('locked')) await askFor(unlock)
    const fake = createFakeMessenger(query.has('new') ? {} : { name: 'Ana' })
    globalThis.fake = fake
    if (!query.has('new') && !query.has('empty')) await fill(fake, query.has('long') ? 400 : 0)
    playAlong(fake)
    return fake
  },
})

/** Any passphrase but a short one opens it. */
async function askFor(unlock: Unlock): Promise<void> {
  const none = new Uint8Array(32)
  const secret = await unlock([
    { kind: 'passphrase' },
    { kind: 'words' },
    { kind: 'passkey', credentialId: none, salt: none },
  ])
  if (secret === undefined) throw new StorageError('sealed')
  if (secret.kind === 'words') throw new StorageError('mistyped-words')
  if (secret.kind === 'passphrase' && secret.passphrase.length < 8) throw new StorageError('wrong-secret')
}

async function fill(fake: FakeMessenger, extra: number): Promise<void> {
  const now = Date.now()
  const [dusk, lake, morning, night, tall] = await Promise.all([
    draw(scenes.dusk, 1600, 1067, {
      altText: 'The sun goes down behind four ranges of hills',
      caption: 'From the ridge, an hour ago',
    }),
    draw(scenes.lake, 1600, 1200),
    draw(scenes.morning, 1200, 1200),
    draw(scenes.night, 1600, 900),
    draw(scenes.lake, 1080, 1620),
  ])
  const asFilm = (picture: FakeMedia): FakeMedia => ({
    ...picture,
    kind: 'video',
    poster: picture.data,
    durationMs: 42_000,
  })

  fake.addContact({ id: 'a1', name: 'Bo', direct: true, following: true })
  fake.addContact({ id: 'a2', name: 'Mirela Ionescu' })
  fake.addContact({ id: 'a3', name: 'Darkroom Club' })
  fake.addContact({ id: 'a4', name: 'نور' })
  fake.addContact({ id: 'a5', name: 'Tomasz', state: 'asked' })
  for (let index = 0; index < extra; index += 1) {
    fake.receive('a1', {
      text: `Number ${index + 1}`,
      sentAt: now - 3 * day + index * minute,
      ...(index % 3 === 0 ? { mine: { kind: 'seen', at: now } as const } : {}),
      ...(index % 9 === 4 ? { media: [index % 2 === 0 ? lake : tall] } : {}),
    })
  }
  fake.addContact({ id: 'a6', name: 'Dora', following: true, followsMe: 'approved' })
  fake.addContact({ id: 'a7', name: 'Ülkü', following: true, followsMe: 'asked' })
  fake.addPost('a1', { text: 'Three days of fog, and then this', media: [dusk, tall], sentAt: now - 2 * hour })
  fake.addPost('a1', { text: 'Anybody up for the early train on Sunday?', sentAt: now - hour })
  const seen = fake.addPost('a6', { media: [morning], sentAt: now - 5 * hour })
  await fake.posts.markSeen(seen.id)
  fake.addPost(undefined, {
    media: [lake],
    sentAt: now - hour,
    states: { a6: { kind: 'seen', at: now - 20 * minute } },
  })
  const kept = { kind: 'kept', relay: 'relay.example', until: now + 7 * day } as const
  fake.receive('a3', { text: 'Saturday at four, bring prints', sentAt: now - 2 * day })
  fake.receive('a4', { text: 'شكرا على الصور', sentAt: now - day - hour })
  fake.receive('a2', { mine: kept, media: [morning, night, lake], sentAt: now - 5 * hour })
  fake.receive('a5', { mine: { kind: 'sending' }, text: 'Hello from the other side', sentAt: now - 7 * hour })
  fake.receive('a1', { text: 'Did you get up there before dark?', sentAt: now - day - 2 * hour })
  fake.receive('a1', { mine: { kind: 'seen', at: now - day }, text: 'Just. Look.', sentAt: now - day - hour })
  fake.receive('a1', { mine: { kind: 'seen', at: now - hour }, media: [dusk], sentAt: now - hour - 20 * minute })
  fake.receive('a1', { text: 'Oh that light. Mine from the lake this morning:', sentAt: now - 40 * minute })
  fake.receive('a1', {
    media: [{ ...asFilm(night), transfer: { kind: 'download', doneBytes: 13_200_000, totalBytes: 31_400_000 } }],
    sentAt: now - 38 * minute,
  })
  fake.receive('a1', { mine: kept, text: 'Sending you the big one tonight', sentAt: now - 12 * minute })
  const mina = { id: 'peer-mina', name: 'Mina Okafor' }
  const walkers = [{ name: 'Bo', contactId: 'a1', isAdmin: true }, { name: 'نور', contactId: 'a4' }, mina]
  const walk = fake.addGroup({
    id: 'ab12',
    name: 'Dawn walkers',
    people: [...walkers, { name: 'Tove' }, { name: 'Ilja' }],
    asked: [{ fingerprint: 'd1'.repeat(32), name: 'Mirela Ionescu' }],
  })
  const bo = { name: 'Bo', isMe: false }
  fake.changeGroup(walk.id, {}, { kind: 'created', by: bo, name: 'Walkers' })
  fake.changeGroup(walk.id, {}, { kind: 'added', by: bo, who: { name: 'Ana', isMe: true } })
  fake.changeGroup(walk.id, {}, { kind: 'renamed', by: { name: mina.name, isMe: false }, name: 'Dawn walkers' })
  fake.receiveInGroup(walk.id, mina, { text: 'Half past five at the gate?' })
  fake.receiveInGroup(walk.id, mina, { media: [morning] })
  fake.receiveInGroup(walk.id, { id: 'a4', name: 'نور' }, { text: 'أنا معكم' })
  const sent = await fake.send(walk.conversationId, { text: 'I bring the tripod' })
  for (const [index, { contactId }] of sent.recipients.entries())
    fake.setState(sent.id, index < 2 ? { kind: 'seen', at: now } : { kind: 'delivered', at: now }, contactId)
  fake.setState(sent.id, kept, sent.recipients.at(-1)?.contactId)
  fake.addRequest({
    id: 'f3',
    name: 'Climbers of the northern wall',
    text: 'We meet on Thursdays.',
    receivedAt: now - hour,
    fingerprint: 'a1'.padEnd(64, '7'),
    group: { invitedBy: 'Bo', people: ['Bo', 'Gil', 'Håkon', 'Tove'] },
  })
  fake.addContact({ id: 'a6', name: 'Ilse Vandenbroucke', followsMe: 'asked', following: true, approvesMe: true })
  fake.addContact({ id: 'a7', name: 'Jun', followsMe: 'approved' })
  await fake.follows.add('a2')
  await fake.requests.ignore('f4')
  fake.addRequest({ id: 'f4', name: 'Nobody in particular', receivedAt: now - 5 * day, fingerprint: 'f3'.repeat(32) })
  const thumbhash = Uint8Array.from(atob('3OcRJYB4d3h/iIeHeEh3eIhw+j2w'), (letter) => letter.charCodeAt(0))
  fake.addRequest({
    id: 'f1',
    name: 'Ines',
    text: 'We met at the opening on Friday. I have the contact sheets.',
    messages: 3,
    previews: [
      { kind: 'photo', width: 1600, height: 1067, thumbhash },
      { kind: 'video', width: 1280, height: 720, thumbhash, durationMs: 42_000 },
      { kind: 'photo', width: 1600, height: 1067 },
      { kind: 'voice', width: 0, height: 0, durationMs: 9_000 },
      { kind: 'file', width: 0, height: 0 },
    ],
    receivedAt: now - 3 * hour,
    fingerprint: 'f1'.repeat(32),
  })
  fake.addRequest({
    id: 'f2',
    name: 'Someone with quite a long name indeed',
    receivedAt: now - 2 * day,
    fingerprint: 'f2'.repeat(32),
  })
  fake.setRelays([
    { url: 'https://relay.example', name: 'relay.example', state: 'live' },
    { url: 'https://club.example', name: 'club.example', state: 'offline', problem: 'relay-unreachable' },
  ])
}

/** What is sent is prepared, uploaded, delivered and seen, a step every half second. */
function playAlong(fake: FakeMessenger): void {
  const prepare = fake.prepare
  fake.prepare = async (media, options) => {
    for (const [at, kind] of (['read', 'encode', 'encrypt'] as const).entries()) {
      await new Promise((resolve) => setTimeout(resolve, 300))
      options.signal?.throwIfAborted()
      options.onProgress(at / 3, { kind, doneBytes: 0, totalBytes: 1 })
    }
    const made = await prepare(media, options)
    const bitmap = await createImageBitmap(made.data).catch(() => undefined)
    return bitmap === undefined ? made : { ...made, width: bitmap.width, height: bitmap.height }
  }
  const seen = new Set<string>()
  setInterval(() => {
    for (const id of fake.sent) {
      if (seen.has(id)) continue
      seen.add(id)
      setTimeout(() => fake.setState(id, { kind: 'delivered', at: Date.now() }), 1200)
      setTimeout(() => fake.setState(id, { kind: 'seen', at: Date.now() }), 2400)
    }
  }, 200)
}
