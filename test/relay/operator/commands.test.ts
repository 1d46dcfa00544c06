// The operator's commands as an operator meets them: processes with arguments, output and an exit code.

import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { toHex } from '../../../src/protocol/bytes.ts'
import { createMembership, decodeJoinLink } from '../../../src/protocol/mailbox/membership.ts'
import { blobUrl, postCommand, postCommands, putSegment } from '../support/http-client.ts'
import { runCommand, startCommandLine } from '../support/command-line.ts'
import type { TestRelay } from '../support/relay.ts'
import { bytesOf, createTestRelay, mailboxKeys } from '../support/relay.ts'

const words = { invite: [], invites: [], withdraw: ['1'], members: [], ban: ['1'], quota: [], purge: ['a'.repeat(64)] }
const [home, blobId] = [mailboxKeys(1), bytesOf(32, 9)]

let relay: TestRelay
let scratch: string
const ask = (...args: readonly string[]) => runCommand(...args, '--data', relay.dataDirectory)
const says = (stdout: string) => ({ code: 0, stdout, stderr: '' })
const refuses = (sentence: string) => ({ code: 1, stdout: '', stderr: `${sentence}\n` })

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'safelight-operator-'))
})
afterEach(() => rm(scratch, { recursive: true, force: true }))

/** Each is several processes, on a machine that may be busy. */
const patience = { timeout: 90_000 }

describe('with a relay that runs', patience, () => {
  beforeAll(async () => {
    relay = await createTestRelay({ membership: 'invite', stunPort: 'same' })
  })
  afterAll(() => relay[Symbol.asyncDispose]())

  /** A member with a mailbox, one envelope and one blob. */
  async function moveIn(link: string): Promise<void> {
    const code = decodeJoinLink(link)?.code
    if (code === undefined) throw new Error('no code')
    const membership = createMembership((length) => new Uint8Array(length).fill(7))
    await postCommands(
      relay.url,
      { kind: 'join', code, membership },
      { kind: 'open', readKey: home.readKey, tier: 'contact', membership },
      { kind: 'put', writeKey: home.writeKey, envelopes: [bytesOf(4096, 1)] },
    )
    await putSegment(relay.url, { blobId, segment: 0, segments: 1, writeKey: home.writeKey, bytes: bytesOf(5000, 1) })
  }

  it('go on without the secret of a TURN server that they may not read, but for those that need it', async () => {
    const turn = ['--turn-urls', 'turn:127.0.0.1:9', '--turn-secret-file', '/nowhere/secret']
    const sentence = 'turn-secret-file: /nowhere/secret cannot be read (ENOENT).'
    for (const command of ['status', 'members', 'invites', 'quota', 'config print'])
      expect(await ask(...command.split(' '), ...turn), command).toMatchObject({ code: 0, stderr: '' })
    expect(await ask('config', 'check', ...turn)).toEqual(refuses(sentence))
    expect(await ask('start', ...turn)).toEqual(refuses(sentence))
    expect((await ask('doctor', ...turn)).stdout).toContain(`PROBLEM TURN:           ${sentence}\n`)
  })

  it('tell of members and invites from the first to the last', async () => {
    expect(await ask('invites')).toEqual(says('There are no invites.\n'))
    expect(await ask('members')).toEqual(says('There are no members.\n'))
    const made = await ask('invite', '--uses', '2', '--days', '3')
    expect(made).toMatchObject({ code: 0, stderr: '' })
    const [link = '', sentence] = made.stdout.trim().split('\n')
    expect(sentence).toMatch(/^Invite 1, for 2 people, until \d{4}-\d\d-\d\d\. It is shown this once: /)
    await moveIn(link)
    expect((await ask('invites')).stdout).toMatch(/^number +made +uses +used +until\n1 +\S+ +2 +1 +\S+\n$/)
    expect((await ask('members')).stdout).toMatch(/^number +joined +invite +banned\n1 +\S+ +1\n$/)
    expect(await ask('withdraw', '1')).toEqual(says('Invite 1 is withdrawn. Who joined with it stays a member.\n'))
    expect((await ask('invites')).stdout).toMatch(/withdrawn\n$/)
    expect(await ask('ban', '1')).toMatchObject({ code: 0, stderr: '' })
    expect((await ask('members')).stdout).toMatch(/banned\n$/)
    // Once more changes nothing.
    expect(await ask('ban', '1')).toMatchObject({ code: 0, stderr: '' })
    expect(await ask('withdraw', '9')).toEqual(refuses('There is no such invite. The command invites lists them.'))
    expect(await ask('ban', '9')).toEqual(refuses('There is no such member. The command members lists them.'))
  })

  it('tell what is there and remove what was reported', async () => {
    const status = await ask('status')
    expect(status).toMatchObject({ code: 0, stderr: '' })
    for (const line of [/^url +http:/m, /^membership +invite$/m, /^mailboxes +1$/m, /^envelopes +1$/m, /^blobs +1$/m])
      expect(status.stdout).toMatch(line)
    const quota = await ask('quota')
    expect(quota.stdout).toMatch(/^0\.0 MB of 1000\.0 MB used \(0 %\): /)
    expect(quota.stdout).toContain(toHex(home.mailboxId))
    expect(await ask('purge', toHex(blobId))).toEqual(says('The blob is removed. Who has its keys may put it again.\n'))
    expect((await fetch(blobUrl(relay.url, blobId, 0))).status).toBe(404)
    expect(await ask('purge', toHex(home.mailboxId).toUpperCase())).toMatchObject({ code: 0, stderr: '' })
    expect(await postCommand(relay.url, { kind: 'locate', writeKey: home.writeKey })).toMatchObject({ code: 'gone' })
    expect(await ask('purge', toHex(blobId))).toEqual(
      refuses('Neither a mailbox nor a blob of this relay has this id.'),
    )
  })

  it.each([
    ['invite', ['--uses', '0'], 'The number of uses has to be a whole one from 1 to 100000.'],
    ['invite', ['--uses', '-1'], '--uses needs a whole number.'],
    ['invite', ['--days', 'ten'], '--days needs a whole number.'],
    ['invite', ['--days', '9999'], 'The number of days has to be a whole one from 1 to 366.'],
    ['invite', ['--uses'], '--uses needs a whole number.'],
    ['withdraw', [], 'withdraw needs a number. See --help.'],
    ['withdraw', ['1.5'], 'withdraw needs a number. See --help.'],
    ['ban', ['0'], 'The number of a member has to be a whole one from 1 to 2147483648.'],
    ['purge', [], 'purge needs the id of a mailbox or a blob. See --help.'],
    ['purge', ['12ab'], 'The id of a mailbox or a blob has 64 hexadecimal digits.'],
    ['quota', ['now'], "Unexpected argument 'now'. See --help."],
    ['status', ['--verbose'], "Unknown option '--verbose'. See --help."],
    ['members', ['all'], "Unexpected argument 'all'. See --help."],
    ['backup', [], 'backup needs a folder. See --help.'],
    ['restore', [], 'restore needs a folder. See --help.'],
  ])('answer %s %j with a sentence', async (command, args, sentence) => {
    expect(await ask(command, ...args)).toEqual(refuses(sentence))
  })

  it('each do their work when they are given twice at the same time', async () => {
    const invites = await Promise.all([ask('invite'), ask('invite')])
    expect(new Set(invites.map(({ stdout }) => stdout)).size).toBe(2)
    const targets = ['one', 'two'].map((name) => join(scratch, name))
    const backups = await Promise.all(targets.map((target) => ask('backup', target)))
    // One after the other, or the second was told.
    for (const { code, stderr } of backups)
      expect([code, stderr]).toEqual(code === 0 ? [0, ''] : [1, 'A backup is being made already.\n'])
    expect(backups.map(({ code }) => code)).toContain(0)
    const same = await Promise.all([1, 2].map(() => ask('backup', join(scratch, 'same'))))
    expect(same.filter(({ code }) => code === 0)).toHaveLength(1)
  })

  it('leave the relay as it was when they are killed', async () => {
    for (const args of [['backup', join(scratch, 'killed')], ['invite'], ['status']]) {
      const child = startCommandLine(...args, '--data', relay.dataDirectory)
      await once(child, 'spawn')
      child.kill('SIGKILL')
      await once(child, 'close')
    }
    expect((await fetch(`${relay.url}/readyz`)).status).toBe(200)
    expect(await ask('status')).toMatchObject({ code: 0 })
    await expect.poll(() => ask('backup', join(scratch, 'next')), { timeout: 15_000 }).toMatchObject({ code: 0 })
  })

  it('keep a restore away from its data folder', async () => {
    await ask('backup', join(scratch, 'copy'))
    expect(await ask('restore', join(scratch, 'copy'))).toEqual(
      refuses(
        'The data folder is in use by another relay, backup or restore. Stop it first, or choose another with --data.',
      ),
    )
  })
})

describe('without one', patience, () => {
  it.each(Object.entries({ status: [], ...words }))('%s says that none runs there', async (command, args) => {
    expect(await runCommand(command, ...args, '--data', scratch)).toEqual(
      refuses(`No relay runs on the data folder ${scratch}. Start it, or name another with --data.`),
    )
    expect(await readdir(scratch)).toEqual([])
  })

  it('say the same of one that was killed, and of a port that somebody else has by now', async () => {
    const none = refuses(`No relay runs on the data folder ${scratch}. Start it, or name another with --data.`)
    await using stranger = await createTestRelay()
    for (const port of [1, stranger.port]) {
      await writeFile(join(scratch, 'admin.json'), JSON.stringify({ port, secret: 'x' }))
      expect(await runCommand('status', '--data', scratch)).toEqual(none)
    }
    await writeFile(join(scratch, 'admin.json'), '{"port":')
    expect(await runCommand('status', '--data', scratch)).toEqual(none)
  })

  it('a backup needs the data of a relay, and a restore a backup and a place for it', async () => {
    const nowhere = join(scratch, 'nowhere')
    expect(await runCommand('backup', join(scratch, 'target'), '--data', nowhere)).toEqual(
      refuses(`There is no relay's data in ${nowhere}.`),
    )
    expect(await runCommand('restore', nowhere, '--data', join(scratch, 'data'))).toEqual(
      refuses(`${nowhere} holds no whole backup: there is no backup.json, which is written last.`),
    )
    expect(await readdir(scratch)).toEqual([])
  })

  it('a backup and a restore work, each once at a time, and not into a file', async () => {
    const stopped = await createTestRelay()
    await postCommand(stopped.url, { kind: 'open', readKey: home.readKey, tier: 'contact' })
    await stopped.stop()
    const data = ['--data', stopped.dataDirectory]
    const copy = join(scratch, 'copy')
    expect(await runCommand('backup', copy, ...data)).toEqual(
      says(`Backup in ${copy}: 1 mailboxes, 0 envelopes, 0 segments.\n`),
    )
    expect(await runCommand('backup', copy, ...data)).toEqual(refuses(`The folder ${copy} is not empty.`))
    const file = join(scratch, 'file')
    await writeFile(file, 'mine')
    expect(await runCommand('backup', file, ...data)).toEqual(refuses(`The folder ${file} cannot be made.`))
    expect(await runCommand('restore', copy, '--data', file)).toEqual(
      refuses(`The data folder ${file} cannot be made. Choose another with --data.`),
    )
    const target = join(scratch, 'restored')
    const both = await Promise.all([1, 2].map(() => runCommand('restore', copy, '--data', target)))
    expect(both.reduce((sum, { code }) => sum + code, 0)).toBe(1)
    const refused = both.find(({ code }) => code === 1)?.stderr
    expect(refused).toMatch(/^The data folder .+ is (not empty|in use by another relay, backup or restore)\. [^\n]+\n$/)
    await stopped[Symbol.asyncDispose]()
  })

  it('doctor says so and finds what is wrong, and config needs no relay', async () => {
    const sick = await runCommand('doctor', '--data', scratch, '--port', '1')
    expect(sick).toMatchObject({ code: 1, stderr: '' })
    expect(sick.stdout).toMatch(/^warning Process: +No relay runs on the data folder/m)
    expect(await runCommand('doctor', 'https://relay.example/path', '--data', scratch)).toEqual(
      refuses('doctor needs an origin such as https://relay.example, not "https://relay.example/path".'),
    )
    expect(await runCommand('config', 'check', '--data', join(scratch, 'none'))).toEqual(
      says('The configuration is good.\n'),
    )
    expect((await runCommand('config', 'print', '--data', scratch)).stdout).toContain(`data = "${scratch}" # flag`)
    expect(await runCommand('config')).toEqual(refuses('config needs print or check. See --help.'))
    await writeFile(join(scratch, 'relay.toml'), 'port = 1\nmax-dsk = "1G"\n[limits]\nblob-tim = "1d"\n')
    const mistakes = await runCommand('config', 'check', '--data', scratch)
    const path = join(scratch, 'relay.toml')
    expect(mistakes).toEqual(
      refuses(
        `${path} line 2: unknown key "max-dsk"; did you mean "max-disk"?\n${path} line 4: unknown key "blob-tim"; did you mean "blob-time"?`,
      ),
    )
    await mkdir(join(scratch, 'folder.toml'))
    expect(await runCommand('config', 'print', '--config', join(scratch, 'folder.toml'))).toEqual(
      refuses(`The configuration file ${join(scratch, 'folder.toml')} cannot be read (EISDIR).`),
    )
  })
})
