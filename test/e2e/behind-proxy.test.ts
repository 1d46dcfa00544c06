// A relay as communities run it: Caddy in front with TLS, from relay/deploy/Caddyfile. Left out where there is no Caddy.

import { execFile } from 'node:child_process'
import { expect, it } from 'vitest'
import { startCaddy } from '../support/caddy.ts'
import { mediaFiles, photoWithLocation, sha256 } from '../support/media.ts'
import { freePort, startRelayProcess } from '../support/relay-process.ts'
import { meet } from '../support/stories.ts'

it('serves the app over TLS, connects two people directly, and its doctor is content', async () => {
  const port = await freePort()
  const url = `https://localhost:${port}`
  await using relay = await startRelayProcess({
    env: { SAFELIGHT_PUBLIC_URL: url, SAFELIGHT_TRUST_PROXY: 'true', SAFELIGHT_HOST: '127.0.0.1' },
  })
  await using caddy = await startCaddy({ port, upstreamPort: Number(new URL(relay.url).port) })
  await using files = await mediaFiles({ 'photo.jpg': await photoWithLocation() })
  await using friends = await meet({ relayUrl: url, trustedKey: caddy.authorityKey })
  const { anaApp, boApp } = friends
  expect(friends.link).toMatch(new RegExp(`^https://localhost:${port}/#i/`))
  await anaApp.waitUntilDirect()
  const photo = await anaApp.sendFiles([files.path('photo.jpg')])
  await anaApp.waitForState(photo, 'Seen')
  const received = boApp.articles.nth(0)
  expect(sha256(await boApp.saveMedia(received, 'photo'))).toBe(sha256(await anaApp.saveMedia(photo, 'photo')))

  const doctor = await new Promise<string>((resolve) => {
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: caddy.authorityPath, SAFELIGHT_PUBLIC_URL: url }
    execFile(
      process.execPath,
      ['relay/main.ts', 'doctor', '--data', relay.dataFolder],
      { env },
      (_error, stdout, stderr) => resolve(stdout + stderr),
    )
  })
  expect(doctor).not.toContain('PROBLEM')
  for (const subject of ['Name', 'Relay', 'WebSocket', 'Large requests', 'STUN'])
    expect(doctor).toContain(`ok      ${subject}:`)
})
