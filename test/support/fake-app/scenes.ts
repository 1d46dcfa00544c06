// Pictures for looking at the app: landscapes, drawn by the browser, so that none has to be kept in the repository.

import { rgbaToThumbHash } from 'thumbhash'
import type { FakeMedia } from '../fake-messenger.ts'

interface Scene {
  readonly sky: readonly [string, string, string]
  readonly sun: readonly [number, number, number, string]
  readonly hills: readonly string[]
}

export const scenes = {
  dusk: {
    sky: ['#1d1a3f', '#8a3f5c', '#f3a25f'],
    sun: [0.68, 0.58, 0.07, '#ffdfa8'],
    hills: ['#6b3550', '#43263f', '#21162b', '#120d1a'],
  },
  lake: {
    sky: ['#5f93b8', '#a9cbd8', '#f2efe2'],
    sun: [0.24, 0.3, 0.05, '#fffbe8'],
    hills: ['#8fb0b5', '#5c8684', '#31605a', '#173d39'],
  },
  morning: {
    sky: ['#f0c8a2', '#f7e2c6', '#fdf4e4'],
    sun: [0.5, 0.42, 0.08, '#fff8e2'],
    hills: ['#dba981', '#b57a5c', '#7c4c3f', '#46292a'],
  },
  night: {
    sky: ['#070b1a', '#14233f', '#2f4964'],
    sun: [0.78, 0.22, 0.045, '#f5f2dc'],
    hills: ['#1f3148', '#15233a', '#0d172a', '#070d1a'],
  },
} as const satisfies Record<string, Scene>

export async function draw(
  scene: Scene,
  width: number,
  height: number,
  words: Partial<FakeMedia> = {},
): Promise<FakeMedia> {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('no canvas')
  const sky = context.createLinearGradient(0, 0, 0, height * 0.8)
  for (const [index, colour] of scene.sky.entries()) sky.addColorStop(index / 2, colour)
  context.fillStyle = sky
  context.fillRect(0, 0, width, height)
  const [x, y, size, colour] = scene.sun
  const glow = context.createRadialGradient(x * width, y * height, 0, x * width, y * height, width * 0.4)
  glow.addColorStop(0, `${colour}aa`)
  glow.addColorStop(1, `${colour}00`)
  context.fillStyle = glow
  context.fillRect(0, 0, width, height)
  context.fillStyle = colour
  context.beginPath()
  context.arc(x * width, y * height, size * width, 0, Math.PI * 2)
  context.fill()
  for (const [index, hill] of scene.hills.entries()) {
    const base = height * (0.55 + index * 0.12)
    context.fillStyle = hill
    context.beginPath()
    context.moveTo(0, height)
    for (let at = 0; at <= width; at += 4) {
      const t = at / width
      const wave = Math.sin(t * (4 + index * 1.7) + index * 2.1) + 0.45 * Math.sin(t * (11 + index * 3) + index)
      context.lineTo(at, base - wave * height * 0.055)
    }
    context.lineTo(width, height)
    context.fill()
  }
  const data = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 })
  return { kind: 'photo', data, width, height, thumbhash: thumbhashOf(canvas), ...words }
}

function thumbhashOf(canvas: OffscreenCanvas): Uint8Array {
  const scale = 96 / Math.max(canvas.width, canvas.height)
  const width = Math.round(canvas.width * scale)
  const height = Math.round(canvas.height * scale)
  const small = new OffscreenCanvas(width, height)
  const context = small.getContext('2d')
  context?.drawImage(canvas, 0, 0, width, height)
  return rgbaToThumbHash(width, height, context?.getImageData(0, 0, width, height).data ?? [])
}
