import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { callRelay } from '../../../relay/admin/client.ts'
import { restoreBackup } from '../../../relay/backup/restore.ts'
import { startRelay } from '../../../relay/server.ts'
import { SetupError } from '../../../relay/setup-error.ts'
import { blobUrl, postCommand, putSegment } from '../support/http-client.ts'
import { bytesOf, createTestRelay, mailboxKeys } from '../support/relay.ts'

let scratch: string
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'safelight-backup-'))
})
afterEach(() => rm(scratch, { recursive: true, force: true }))

const { readKey, writeKey } = mailboxKeys(1)
const blobId = bytesOf(32, 9)
const envelope = bytesOf(4096, 5)
const segment = bytesOf(100_000, 6)

async function filled() {
  const relay = await createTestRelay()
  await postCommand(relay.url, { kind: 'open', readKey, tier: 'contact' })
  await postCommand(relay.url, { kind: 'put', writeKey, envelopes: [envelope] })
  await putSegment(relay.url, { blobId, writeKey, segment: 0, segments: 2, bytes: segment })
  return relay
}

async function run(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['relay/main.ts', ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
  })
}

describe('a backup', () => {
  it('of a running relay is a relay again, with the same identity, envelopes and segments', async () => {
    await using relay = await filled()
    const target = join(scratch, 'copy')
    expect(await callRelay(relay.dataDirectory, 'backup', { target })).toMatchObject({
      mailboxes: 1,
      envelopes: 1,
      segments: 1,
    })
    expect((await stat(join(target, 'relay.sqlite'))).mode & 0o777).toBe(0o600)
    // It goes on serving, and what comes later is not in the copy.
    await postCommand(relay.url, { kind: 'put', writeKey, envelopes: [bytesOf(4096, 7)] })

    const dataDirectory = join(scratch, 'data')
    await restoreBackup({ source: target, dataDirectory })
    const restored = await startRelay({ port: 0, host: '127.0.0.1', dataDirectory, logLevel: 'silent' })
    try {
      expect(restored.peerId).toBe(relay.peerId)
      const reply = await postCommand(restored.url, { kind: 'fetch', readKey, after: 0, limit: 10 })
      expect(reply.kind === 'envelopes' && reply.items.map(({ bytes }) => bytes)).toEqual([envelope])
      const fetched = await fetch(blobUrl(restored.url, blobId, 0))
      expect(new Uint8Array(await fetched.arrayBuffer())).toEqual(segment)
    } finally {
      await restored.stop()
    }
  })

  it('leaves out a segment whose file is gone, and says so to whoever asks for it', async () => {
    await using relay = await filled()
    await rm(join(relay.dataDirectory, 'blobs'), { recursive: true })
    const target = join(scratch, 'copy')
    expect(await callRelay(relay.dataDirectory, 'backup', { target })).toMatchObject({ segments: 0 })
    const dataDirectory = join(scratch, 'data')
    await restoreBackup({ source: target, dataDirectory })
    const restored = await startRelay({ port: 0, host: '127.0.0.1', dataDirectory, logLevel: 'silent' })
    try {
      expect((await fetch(blobUrl(restored.url, blobId, 0))).status).toBe(404)
      // A sender that asks what is there uploads it again.
      const again = await putSegment(restored.url, { blobId, writeKey, segment: 0, segments: 2, bytes: segment })
      expect(again.status).toBe(204)
      expect((await fetch(blobUrl(restored.url, blobId, 0))).status).toBe(200)
    } finally {
      await restored.stop()
    }
  })

  it('goes into an empty folder only, and one at a time', async () => {
    await using relay = await filled()
    await writeFile(join(scratch, 'mine'), 'mine')
    await expect(callRelay(relay.dataDirectory, 'backup', { target: scratch })).rejects.toThrow(
      new SetupError(`The folder ${scratch} is not empty.`),
    )
    expect(await readdir(scratch)).toEqual(['mine'])
    await expect(callRelay(relay.dataDirectory, 'backup', { target: join(scratch, 'mine', 'x') })).rejects.toThrow(
      /cannot be made/,
    )
    const many = Array.from({ length: 60 }, (_, fill) => bytesOf(60_000, fill))
    await postCommand(relay.url, { kind: 'put', writeKey, envelopes: many })
    const both = await Promise.allSettled(
      ['a', 'b'].map((name) => callRelay(relay.dataDirectory, 'backup', { target: join(scratch, name) })),
    )
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
  })
})

describe('a restore', () => {
  async function backedUp(): Promise<string> {
    await using relay = await filled()
    const target = join(scratch, 'copy')
    await callRelay(relay.dataDirectory, 'backup', { target })
    return target
  }

  it('refuses a backup that was cut off, of another version, or damaged, and leaves nothing behind', async () => {
    const dataDirectory = join(scratch, 'data')
    const source = await backedUp()
    const refusal = () => restoreBackup({ source, dataDirectory }).catch((error: unknown) => String(error))

    await writeFile(join(source, 'relay.sqlite'), (await readFile(join(source, 'relay.sqlite'))).fill(1, 4096))
    expect(await refusal()).toContain('The database of the backup is damaged.')
    await writeFile(join(source, 'backup.json'), '{"version":99}')
    expect(await refusal()).toContain('was made by another version of the relay.')
    await writeFile(join(source, 'backup.json'), '{"vers')
    expect(await refusal()).toContain('is damaged.')
    await rm(join(source, 'backup.json'))
    expect(await refusal()).toContain('holds no whole backup')
    expect(await readdir(dataDirectory).catch(() => [])).toEqual([])
  })

  it('refuses a backup without the key the relay is known by, and takes nothing that no backup has', async () => {
    const source = await backedUp()
    const dataDirectory = join(scratch, 'data')
    await writeFile(join(source, 'relay.toml'), 'port = 1')
    await chmod(join(source, 'relay.sqlite'), 0o644)
    await restoreBackup({ source, dataDirectory })
    expect((await readdir(dataDirectory)).toSorted()).toEqual([
      'blobs',
      'peer.key',
      'push.key',
      'relay.lock',
      'relay.sqlite',
    ])
    for (const name of ['peer.key', 'push.key', 'relay.sqlite'])
      expect((await stat(join(dataDirectory, name))).mode & 0o777).toBe(0o600)
    await rm(join(source, 'peer.key'))
    await expect(restoreBackup({ source, dataDirectory: join(scratch, 'other') })).rejects.toThrow('lacks peer.key.')
    expect(await readdir(scratch)).not.toContain('other')
  })

  it('touches no data folder that has anything but a configuration file in it', async () => {
    const source = await backedUp()
    const dataDirectory = join(scratch, 'data')
    await mkdir(dataDirectory)
    await writeFile(join(dataDirectory, 'relay.toml'), 'port = 0')
    await writeFile(join(dataDirectory, 'relay.sqlite'), 'precious')
    await expect(restoreBackup({ source, dataDirectory })).rejects.toThrow(/is not empty/)
    expect(await readFile(join(dataDirectory, 'relay.sqlite'), 'utf8')).toBe('precious')
    await rm(join(dataDirectory, 'relay.sqlite'))
    await restoreBackup({ source, dataDirectory })
    expect((await readdir(dataDirectory)).toSorted()).toEqual([
      'blobs',
      'peer.key',
      'push.key',
      'relay.lock',
      'relay.sqlite',
      'relay.toml',
    ])
  })
})

describe('the command line', () => {
  it('backs up a relay that runs and one that does not, and tells what it found', async () => {
    const relay = await filled()
    const data = ['--data', relay.dataDirectory]
    const running = await run('backup', join(scratch, 'running'), ...data)
    expect(running).toMatchObject({ code: 0, stderr: '' })
    expect(running.stdout).toContain('1 mailboxes, 1 envelopes, 1 segments.')
    const status = await run('status', ...data)
    expect(status.stdout).toMatch(/envelopes\s+1\n/)
    expect(status.stdout).toMatch(/max bytes\s+1G\n/)

    await relay.stop()
    const stopped = await run('backup', join(scratch, 'stopped'), ...data)
    expect(stopped.stdout).toContain('1 mailboxes, 1 envelopes, 1 segments.')
    expect((await run('status', ...data)).stderr).toContain('No relay runs on the data folder')
    const restored = await run('restore', join(scratch, 'stopped'), '--data', join(scratch, 'again'))
    expect(restored.stdout).toContain('Restored to ')
    await relay[Symbol.asyncDispose]()
  })

  it('makes no empty data folder to back it up', async () => {
    const nowhere = join(scratch, 'nowhere')
    const result = await run('backup', join(scratch, 'target'), '--data', nowhere)
    expect(result).toMatchObject({ code: 1, stderr: `There is no relay's data in ${nowhere}.\n` })
    expect(await readdir(scratch)).toEqual([])
    expect((await run('backup')).stderr).toBe('backup needs a folder. See --help.\n')
  })
})

describe('the port of the operator', () => {
  it('hears nobody without the secret, which only the operator can read and which goes at the end', async () => {
    const relay = await createTestRelay()
    const path = join(relay.dataDirectory, 'admin.json')
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    const { port } = JSON.parse(await readFile(path, 'utf8')) as { port: number }
    const ask = (name: string, headers: Readonly<Record<string, string>>, body = '{}') =>
      fetch(`http://127.0.0.1:${port}/${name}`, { method: 'POST', headers, body })
    expect((await ask('status', {})).status).toBe(401)
    expect((await ask('status', { Authorization: 'Bearer x' })).status).toBe(401)
    const { secret } = JSON.parse(await readFile(path, 'utf8')) as { secret: string }
    const headers = { Authorization: `Bearer ${secret}` }
    expect((await ask('status', headers)).status).toBe(200)
    expect((await ask('toString', headers)).status).toBe(404)
    expect((await ask('status', headers, '[1]')).status).toBe(400)
    expect((await ask('status', headers, `"${'x'.repeat(20_000)}"`)).status).toBe(400)
    await relay.stop()
    await expect(stat(path)).rejects.toThrow('ENOENT')
    await relay[Symbol.asyncDispose]()
  })
})

describe('the command line, when the relay dies under it', () => {
  it('says so, and does not take it for one that does not run', async () => {
    const relay = await filled()
    const { port, secret } = JSON.parse(await readFile(join(relay.dataDirectory, 'admin.json'), 'utf8')) as {
      port: number
      secret: string
    }
    await relay.stop()
    const dying = createServer((request) => request.socket.destroy())
    await new Promise<void>((resolve) => {
      dying.listen(port, '127.0.0.1', () => resolve())
    })
    await writeFile(join(relay.dataDirectory, 'admin.json'), JSON.stringify({ port, secret }))
    await expect(callRelay(relay.dataDirectory, 'status')).rejects.toThrow('The relay ended before it answered.')
    await new Promise<void>((resolve) => {
      dying.close(() => resolve())
    })
    expect(await callRelay(relay.dataDirectory, 'status')).toBeUndefined()
    await relay[Symbol.asyncDispose]()
  })
})
