// Estimates beside what really comes out.

import { describe, expect, it } from 'vitest'
import { estimate } from '../../src/media/look.ts'
import { prepare } from './in-browser.ts'
import { realPhoto, realPhotoNames } from './real-photos.ts'

for (const name of realPhotoNames.filter((each) => /^(gps|phone|odd)/.test(each))) {
  describe(`the estimate for ${name}`, () => {
    it('is off by less than half, in each quality', async () => {
      const file = await realPhoto(name)
      for (const quality of ['standard', 'hd', 'original'] as const) {
        const { media } = await prepare(file, quality)
        const real = media.sizeBytes + (media.original?.sizeBytes ?? 0)
        const about = (await estimate(file, quality))?.sizeBytes ?? 0
        expect(about / real, `${quality}: ${about} for ${real}`).toBeGreaterThan(0.5)
        expect(about / real, `${quality}: ${about} for ${real}`).toBeLessThan(2)
      }
    })
  })
}

describe('the estimate for a photo made here', () => {
  it('falls from Original over HD to Standard, and is exact for a file', async () => {
    const canvas = new OffscreenCanvas(4200, 3000)
    const context = canvas.getContext('2d')
    for (let x = 0; x < 4200; x += 12) {
      for (let y = 0; y < 3000; y += 12) {
        if (context !== null) context.fillStyle = `hsl(${(x * y) % 360} 50% ${30 + ((x + y) % 40)}%)`
        context?.fillRect(x, y, 12, 12)
      }
    }
    const file = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 })
    const [standard, hd, original] = await Promise.all(
      (['standard', 'hd', 'original'] as const).map(async (quality) => (await estimate(file, quality))?.sizeBytes ?? 0),
    )
    expect(standard).toBeLessThan(hd ?? 0)
    expect(hd).toBeLessThan(original ?? 0)
    expect(await estimate(file, 'file')).toEqual({ sizeBytes: file.size, isExact: true })
    const sent = await prepare(file, 'standard')
    expect((standard ?? 0) / sent.media.sizeBytes).toBeGreaterThan(0.3)
  })
})
