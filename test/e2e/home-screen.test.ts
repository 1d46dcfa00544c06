// The page as something to keep: what Chromium says of its manifest, and of what is missing to install it.

import { expect, it } from 'vitest'
import { openPerson } from '../support/person.ts'
import { startRelayProcess } from '../support/relay-process.ts'
import { names } from '../support/stories.ts'

it('can be added to the home screen, with its own name and icons, and starts there', async () => {
  await using relay = await startRelayProcess()
  await using ana = await openPerson(names.ana, { relayUrl: relay.url })
  const { page } = await ana.app()
  const session = await page.context().newCDPSession(page)
  const { url, errors } = await session.send('Page.getAppManifest')
  expect({ url, errors }).toEqual({ url: `${relay.url}/manifest.webmanifest`, errors: [] })
  expect((await session.send('Page.getInstallabilityErrors')).installabilityErrors).toEqual([])

  const answer = await fetch(url)
  expect(answer.headers.get('content-type')).toBe('application/manifest+json')
  const manifest: Manifest = await answer.json()
  expect(manifest).toMatchObject({ name: 'Safelight', display: 'standalone', start_url: '/' })
  for (const { src, sizes } of manifest.icons) {
    const size = await page.evaluate(async (path) => {
      const { width, height } = await createImageBitmap(await (await fetch(path)).blob())
      return `${width}x${height}`
    }, src)
    expect(size, src).toBe(sizes)
  }
  expect(manifest.icons.map(({ purpose = 'any' }) => purpose)).toContain('maskable')
})

interface Manifest {
  readonly icons: readonly { readonly src: string; readonly sizes: string; readonly purpose?: string }[]
}
