// One shop, one address, several people who answer: `node desk.ts <folder> <relay> <name of the shop>`. See README.md.
// In a program of your own import from `safelight` and `safelight/node`.

import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createMessenger } from '../../src/index.ts'
import { nodePlatform } from '../../src/node.ts'
import { openBook } from './book.ts'
import { inviteStaff, publicLink, removeStaff, takeBack } from './people.ts'
import { startRounds } from './rounds.ts'
import { staffText } from './words.ts'

const [, , directory, relay, name] = process.argv
if (directory === undefined || relay === undefined || name === undefined)
  throw new Error('node desk.ts <folder> <relay> <name of the shop>')
/** Bytes up to which media of customers and staff are fetched, and passed on: strangers must not fill the disk at once. */
const mediaBytes = 100 * 1024 * 1024

// The profile's keys and the book are for this user alone.
process.umask(0o077)
await mkdir(directory, { recursive: true, mode: 0o700 })
const passphrase = process.env['DESK_PASSPHRASE']
const messenger = await createMessenger({
  platform: nodePlatform({
    directory: join(directory, 'profile'),
    unlock: () => (passphrase === undefined ? undefined : { kind: 'passphrase', passphrase }),
  }),
  relays: [relay],
  profile: { name },
})
// After the profile's lock: one process at a time.
const book = openBook(join(directory, 'desk.sqlite'))
if (passphrase !== undefined && !(await messenger.vault.slots()).some(({ kind }) => kind === 'passphrase'))
  await messenger.vault.setPassphrase(passphrase)
await messenger.settings.set({
  autoDownload: { photo: mediaBytes, video: mediaBytes, voice: mediaBytes, file: mediaBytes },
})
const seed = book.facts.get('seed') ?? randomBytes(32).toString('hex')
book.facts.put('seed', seed)
const group = await messenger.groups.create({ contactIds: [], name: `${name}: the desk`.slice(0, 60), seed })
book.facts.put('group', group.id)
const rounds = startRounds(messenger, book, (code) => process.stderr.write(`later: ${code}\n`))
tell(`For customers: ${await publicLink(messenger, book)}`)
const ended = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort())
const terminal = createInterface({ input: process.stdin, signal: ended.signal })
terminal.on('line', (line) => void obey(line).catch(() => tell('That did not work: is the relay there?')))
// Without a console it runs until it is told to stop.
await new Promise((resolve) => ended.signal.addEventListener('abort', resolve))
await rounds[Symbol.asyncDispose]()
await messenger.close()
book[Symbol.dispose]()
process.exit(0)

async function obey(line: string): Promise<void> {
  const [word, ...rest] = line.trim().split(/\s+/u)
  const about = rest.join(' ')
  if (word === 'invite') tell(await inviteStaff(messenger, book, about))
  else if (word === 'remove' || word === 'back') {
    tell(book.change(() => (word === 'remove' ? removeStaff : takeBack)(book, about)))
    rounds.wake()
  } else if (word === 'staff') tell(staffText(book))
  else if (word === 'link') tell(await publicLink(messenger, book))
  else tell('invite <name>, remove <name>, back <name>, staff, link')
}

function tell(text: string): void {
  process.stdout.write(`${text}\n`)
}
