import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sanitizeFileName } from '../../../src/protocol/content/clean-file-name.ts'
import { isFileName } from '../../../src/protocol/content/file-name.ts'

describe('file names', () => {
  it('are kept as people gave them, in any script', () => {
    for (const name of [
      'Minutes of May.pdf',
      'IMG_0001 (2).HEIC',
      'отчёт.tar.gz',
      '契約書.pdf',
      '📷 trip.zip',
      'README',
    ])
      expect([sanitizeFileName(name), isFileName(name)], name).toEqual([name, true])
  })

  it('are refused from elsewhere with a path, a device, or anything that misleads', () => {
    for (const bad of [
      '',
      ' ',
      ' a.pdf',
      'a.pdf ',
      '.',
      '..',
      '.bashrc',
      'a.',
      'a/b.pdf',
      '..\\a.pdf',
      'C:a.pdf',
      'a.txt:stream',
      'a?.pdf',
      'a\n.pdf',
      'a\u{0}.pdf',
      'invoice\u{202e}fdp.exe',
      'a\u{2066}b.pdf',
      'a\u{200b}.pdf',
      '\u{d800}.pdf',
      '\u{200d}',
      'CON',
      'nul.txt',
      'Lpt1.pdf',
      'x'.repeat(256),
      `${'é'.repeat(126)}.pdf`,
    ])
      expect(isFileName(bad), JSON.stringify(bad)).toBe(false)
    expect(isFileName('Console.txt')).toBe(true)
  })

  it('lose paths, dots around, and what no system takes', () => {
    expect(sanitizeFileName('/home/ana/secret/report.pdf')).toBe('report.pdf')
    expect(sanitizeFileName('C:\\Users\\Ana\\report.pdf')).toBe('report.pdf')
    expect(sanitizeFileName('..hidden.')).toBe('hidden')
    expect(sanitizeFileName('a:b?.pdf')).toBe('a_b_.pdf')
    expect(sanitizeFileName('a\u{202e}b\n.pdf')).toBe('ab .pdf')
    expect(sanitizeFileName('con.txt')).toBe('_con.txt')
    for (const nothing of ['', '///', '...', '\u{202e}']) expect(sanitizeFileName(nothing)).toBe('file')
  })

  it('that are too long keep their extension', () => {
    expect(sanitizeFileName(`${'x'.repeat(300)}.jpeg`)).toBe(`${'x'.repeat(250)}.jpeg`)
    expect(sanitizeFileName(`${'😀'.repeat(100)}.jpeg`)).toBe(`${'😀'.repeat(62)}.jpeg`)
  })

  it('once cleaned are file names, and stay what they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        const name = sanitizeFileName(text)
        expect(isFileName(name)).toBe(true)
        expect(sanitizeFileName(name)).toBe(name)
      }),
      { numRuns: 3000 },
    )
  })
})
