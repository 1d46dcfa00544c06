// A file that calls itself a picture and is a page, and a page that calls itself a picture: neither is sent, and neither is
// shown as anything that could run.

import { describe, expect, it } from 'vitest'
import { mediaResponse } from '../../src/app/sw/media-response.ts'
import { servedMimes } from '../../src/app/sw/served-mimes.ts'
import { nodeMediaPreparer } from '../../src/media/node.ts'
import { utf8 } from '../../src/protocol/bytes.ts'
import { handsOf } from '../support/world/hands.ts'
import { be, join } from '../media/bytes.ts'
import { jpeg, png } from '../media/photos.ts'
import { acquainted, texts } from './support/story.ts'

const pages = {
  'an SVG with a script': '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
  'an SVG behind an XML declaration': '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
  'a page': '<!doctype html><script>alert(1)</script>',
  'a page behind white space': '\n\n   <html><body onload=alert(1)>',
  'a page behind a byte order mark': '\ufeff<html></html>',
  'a script': 'alert(1)',
  'a style sheet': 'body{background:url(https://evil.example)}',
  'a document': '%PDF-1.7\n%âãÏÓ\n',
  'an archive': 'PK\u0003\u0004........',
  'a page that begins like a film': '    ftyp<html><script>alert(1)</script>',
  'text whose fourth to eighth letters are moov': '<a>!moov<script>alert(1)</script>',
} as const

describe('what a person chooses', () => {
  it.each(Object.keys(pages) as (keyof typeof pages)[])(
    'is refused when it is %s, whatever its name and type',
    async (name) => {
      const bytes = utf8(pages[name])
      const preparer = nodeMediaPreparer()
      for (const source of [
        bytes,
        new Blob([bytes.slice()], { type: 'image/png' }),
        new File([bytes.slice()], 'photo.jpg'),
      ]) {
        await expect(preparer.prepare(source, { quality: 'original' })).rejects.toMatchObject({ name: 'MediaError' })
      }
    },
  )

  it('carries nothing behind or inside the picture that was not the picture', async () => {
    const script = utf8('<script>alert(1)</script>')
    for (const file of [jpeg({ after: script }), join(png(), script)]) {
      const media = await nodeMediaPreparer().prepare(file, { quality: 'original' })
      const bytes = await media.read(0, media.sizeBytes)
      expect(Buffer.from(bytes).indexOf('script')).toBe(-1)
    }
  })
})

describe('what a contact claims', () => {
  it.each([
    'text/html',
    'image/svg+xml',
    'application/xhtml+xml',
    'text/xml',
    'application/javascript',
    'application/pdf',
    'multipart/x-mixed-replace',
    'image/svg+xml;charset=utf-8',
    'IMAGE/PNG',
    'image/bmp',
    '',
  ])('is not served as %s', async (mime) => {
    expect(servedMimes.has(mime)).toBe(false)
    const request = new Request('https://relay.example/media/ab.0/display')
    const answer = { kind: 'bytes', mime, sizeBytes: 4, bytes: be(1, 1, 2, 3, 4) } as const
    const response = await mediaResponse(request, { attachmentId: 'ab.0', rendition: 'display' }, async () => answer)
    expect(response.status).toBe(415)
  })

  it('is served so that a page in a picture’s place can run nothing', async () => {
    const page = utf8('<html><script>alert(1)</script>')
    for (const mime of ['image/png', 'image/jpeg', 'image/webp', 'video/mp4']) {
      const request = new Request('https://relay.example/media/ab.0/display')
      const response = await mediaResponse(request, { attachmentId: 'ab.0', rendition: 'display' }, async () => ({
        kind: 'bytes',
        mime,
        sizeBytes: page.length,
        bytes: page,
      }))
      // A picture has to look like one to be served at all.
      if (response.status !== 200) continue
      expect(response.headers.get('content-type')).toBe(mime)
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect(response.headers.get('content-security-policy')).toContain('sandbox')
    }
  })

  it('in a message with a type that is none makes the whole message unreadable', async () => {
    await using story = await acquainted('mime')
    const { world, ana, bo, ids } = story
    const data = new Uint8Array(1_000).fill(7)
    await ana.messenger.send(ids.ana, { media: [{ data }] })
    await world.until(async () => (await bo.messenger.conversations.page(ids.bo)).length === 1)
    await ana.messenger.close()
    const hands = await handsOf(world, ana)
    // What cannot be encoded cannot be sent by an honest device; what can is shown as a file that is no picture.
    for (const mime of ['text/html; charset=utf-8', 'IMAGE/PNG', 'image', 'image/<script>', '']) {
      const media = [{ kind: 'photo', display: { ...manifest, mime } }] as const
      await expect(hands.seal([{ kind: 'message', media }])).rejects.toThrow('encod')
    }
    await hands.put([{ kind: 'message', text: 'still here', media: [] }])
    await world.until(async () => (await texts(bo, ids.bo)).includes('still here'))
  })
})

const manifest = {
  blobId: new Uint8Array(32).fill(1),
  key: new Uint8Array(32).fill(2),
  header: new Uint8Array(74),
  sizeBytes: 10,
  segmentCount: 1,
  root: new Uint8Array(32),
  hashes: { kind: 'inline', list: new Uint8Array(32) },
  width: 1,
  height: 1,
} as const
