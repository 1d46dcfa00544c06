// What the tray asks and says of videos before they are sent.

import { h, render } from 'preact'
import { afterEach, describe, expect, it } from 'vitest'
import { page } from 'vitest/browser'
import { TrayManner } from '../../src/app/features/conversation/tray-manner.tsx'
import type { Choice } from '../../src/app/features/conversation/chosen-media.ts'
import { usualManner } from '../../src/app/features/conversation/chosen-media.ts'
import type { App } from '../../src/app/state/context.ts'
import { AppContext } from '../../src/app/state/context.ts'
import type { MediaTools } from '../../src/app/state/media-tools.ts'
import type { VideoEdits } from '../../src/messenger/ports.ts'

const file = new Blob(['a film'], { type: 'video/mp4' })

afterEach(() => {
  render(null, document.body)
})

function show(estimate: MediaTools['estimate'], video?: VideoEdits): void {
  const item = { key: 1, file, name: 'film.mp4', kind: 'video', caption: '', altText: '', video } as const
  const choice: Choice = { media: [item], refusals: [], manner: usualManner }
  // All that this part reaches.
  const app = { tools: { estimate } } as unknown as App
  const manner = h(TrayManner, { choice, onlyQuality: false, onChoice: () => {} })
  render(h(AppContext.Provider, { value: app }, manner), document.body)
}

describe('the size of a video in the tray', () => {
  it('is that of what is sent of it: cut, or without its sound', async () => {
    const estimate: MediaTools['estimate'] = async (_, __, { video: { trim, mute } }) => ({
      sizeBytes: (trim === undefined ? 9_000_000 : 3_000_000) - (mute === true ? 1_000_000 : 0),
    })
    show(estimate)
    await expect.element(page.getByText(/About 9 MB/)).toBeVisible()
    show(estimate, { trim: { startMs: 0, endMs: 1000 } })
    await expect.element(page.getByText(/About 3 MB/)).toBeVisible()
    show(estimate, { trim: { startMs: 0, endMs: 1000 }, mute: true })
    await expect.element(page.getByText(/About 2 MB/)).toBeVisible()
  })

  it('comes with a word on who can play it', async () => {
    show(async () => ({ sizeBytes: 9_000_000, encoding: 'kept', plays: 'perhaps' }))
    await expect.element(page.getByText(/About 9 MB\. A video keeps its encoding, which not every/)).toBeVisible()
  })
})
