import { describe, expect, it } from 'vitest'
import type { MediaQuestion } from '../../../src/app/sw/media-question.ts'
import { mediaResponse, parseMediaPath } from '../../../src/app/sw/media-response.ts'
import type { AskPage } from '../../../src/app/sw/media-response.ts'
import { maxAnswerBytes } from '../../../src/app/sw/range.ts'
import { be } from '../../media/bytes.ts'
import { gif } from '../../media/gifs.ts'
import { png } from '../../media/photos.ts'

const sizeBytes = 1_300_000
const media = new Uint8Array(sizeBytes).map((_, index) => index % 251)
media.set(png())
const path = { attachmentId: 'ab.0', rendition: 'display' } as const

function page(mime = 'video/mp4', file = media) {
  const asked: MediaQuestion[] = []
  const ask: AskPage = async (question) => {
    asked.push(question)
    return { kind: 'bytes', mime, sizeBytes, bytes: file.slice(question.start, question.end) }
  }
  return { ask, asked }
}
const get = (range?: string, method = 'GET') =>
  new Request('https://relay.example/media/ab.0/display', { method, headers: range === undefined ? {} : { range } })
const bytesOf = async (response: Response) => new Uint8Array(await response.arrayBuffer())

describe('a request with a range', () => {
  it('gets a short, finished part with its place in the whole', async () => {
    const response = await mediaResponse(get('bytes=1000-'), path, page().ask)
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe(`bytes 1000-${1000 + maxAnswerBytes - 1}/${sizeBytes}`)
    expect(response.headers.get('content-length')).toBe(String(maxAnswerBytes))
    expect(response.headers.get('content-type')).toBe('video/mp4')
    expect(await bytesOf(response)).toEqual(media.slice(1000, 1000 + maxAnswerBytes))
  })

  it('asks the page once, and for no more than it answers', async () => {
    const { ask, asked } = page()
    await mediaResponse(get('bytes=5-9'), path, ask)
    expect(asked).toMatchObject([{ start: 5, end: 10 }])
  })

  it.each([
    ['bytes=0-0', 0, 1],
    ['bytes=1299990-', 1_299_990, sizeBytes],
    ['bytes=1299990-9999999', 1_299_990, sizeBytes],
    ['bytes=-10', 1_299_990, sizeBytes],
  ])('answers %s', async (range, start, end) => {
    const response = await mediaResponse(get(range), path, page().ask)
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${sizeBytes}`)
    expect(await bytesOf(response)).toEqual(media.slice(start, end))
  })

  it.each(['bytes=1300000-', 'bytes=9999999999-', 'bytes=-0'])('refuses %s, which lies outside', async (range) => {
    const response = await mediaResponse(get(range), path, page().ask)
    expect(response.status).toBe(416)
    expect(response.headers.get('content-range')).toBe(`bytes */${sizeBytes}`)
  })

  it.each(['bytes=5-3', 'bytes=0-1,5-9', 'chunks=0-1', 'bytes=-', 'bytes=99999999999999999-'])(
    'ignores %s, as it may',
    async (range) => {
      expect((await mediaResponse(get(range), path, page().ask)).status).toBe(200)
    },
  )
})

describe('media that are still on their way', () => {
  /** Has no more than so many bytes at a time. */
  const slow = (most: number): AskPage => {
    const { ask } = page()
    return (question, signal) => ask({ ...question, end: Math.min(question.end, question.start + most) }, signal)
  }

  it.each([
    ['bytes=1000-', 1000],
    ['bytes=1000-900000', 1000],
    ['bytes=-400000', sizeBytes - 400_000],
  ])('answer %s with the beginning of it', async (range, start) => {
    const response = await mediaResponse(get(range), path, slow(300_000))
    expect(response.status).toBe(206)
    expect(response.headers.get('content-range')).toBe(`bytes ${start}-${start + 299_999}/${sizeBytes}`)
    expect(response.headers.get('content-length')).toBe('300000')
    expect(await bytesOf(response)).toEqual(media.slice(start, start + 300_000))
  })

  it('come whole to who asks for the whole', async () => {
    expect(await bytesOf(await mediaResponse(get(), path, slow(300_000)))).toEqual(media)
  })

  it('of which nothing is given are not answered with nothing', async () => {
    expect((await mediaResponse(get('bytes=1000-'), path, slow(0))).status).toBe(503)
    await expect(bytesOf(await mediaResponse(get(), path, slow(0)))).rejects.toThrow('media ended')
  })
})

describe('a request without a range', () => {
  it('gets the whole, piece by piece', async () => {
    const { ask, asked } = page('image/png')
    const response = await mediaResponse(get(), path, ask)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-length')).toBe(String(sizeBytes))
    expect(await bytesOf(response)).toEqual(media)
    expect(asked.every(({ start, end }) => end - start <= maxAnswerBytes)).toBe(true)
  })

  it('gets the head alone when it asks for the head', async () => {
    const response = await mediaResponse(get(undefined, 'HEAD'), path, page().ask)
    expect(response.headers.get('content-length')).toBe(String(sizeBytes))
    expect(response.headers.get('accept-ranges')).toBe('bytes')
    expect((await bytesOf(response)).length).toBe(0)
  })

  it('gets no picture that would fill the memory when it is decoded', async () => {
    const bomb = media.slice()
    bomb.set(be(4, 60_000, 60_000), 16)
    for (const range of [undefined, 'bytes=0-', 'bytes=500-', 'bytes=-500']) {
      const response = await mediaResponse(get(range), path, page('image/png', bomb).ask)
      expect(response.status).toBe(415)
    }
  })

  it.each([1, 3])('gets a GIF of %i frames, whose end is that of the file', async (frames) => {
    const file = gif({ frames, loop: 0 })
    const ask: AskPage = async ({ start, end }) => {
      return { kind: 'bytes', mime: 'image/gif', sizeBytes: file.length, bytes: file.slice(start, end) }
    }
    const response = await mediaResponse(get(), path, ask)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('image/gif')
    expect(await bytesOf(response)).toEqual(file)
  })

  it('asks for nothing more when nobody reads on', async () => {
    const { ask, asked } = page('image/png')
    const response = await mediaResponse(get(), path, ask)
    await response.body?.cancel()
    const before = asked.length
    await Promise.resolve()
    expect(asked.length).toBe(before)
  })
})

describe('what a sender claims', () => {
  it.each(['text/html', 'image/svg+xml', 'application/javascript', ''])('is not served as %s', async (mime) => {
    expect((await mediaResponse(get('bytes=0-'), path, page(mime).ask)).status).toBe(415)
  })

  it('can run nothing where it is opened', async () => {
    const { headers } = await mediaResponse(get('bytes=0-'), path, page().ask)
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('content-security-policy')).toContain('sandbox')
    expect(headers.get('cache-control')).toBe('no-store')
  })
})

describe('what cannot be answered', () => {
  it.each([
    ['missing', 404],
    ['failed', 503],
  ] as const)('%s is a status', async (kind, status) => {
    expect((await mediaResponse(get('bytes=0-'), path, async () => ({ kind }))).status).toBe(status)
  })
  it('refuses to write', async () => {
    expect((await mediaResponse(get(undefined, 'POST'), path, page().ask)).status).toBe(405)
  })
  it.each([
    '/media/ab.0/other',
    '/media/../x/display',
    '/media/AB.0/display',
    '/media/ab/display',
    '/media/ab.0/display/x',
    '/media/ab.0.cd.ef/display',
  ])('knows no %s', (pathname) => {
    expect(parseMediaPath(pathname)).toBeUndefined()
  })
  it.each([
    ['/media/ab.0/poster', { attachmentId: 'ab.0', rendition: 'poster' }],
    ['/media/ab.31/original', { attachmentId: 'ab.31', rendition: 'original' }],
    // In an open view.
    ['/media/ab.0.cd/display', { attachmentId: 'ab.0.cd', rendition: 'display' }],
  ])('knows %s', (pathname, known) => {
    expect(parseMediaPath(pathname)).toEqual(known)
  })
})
