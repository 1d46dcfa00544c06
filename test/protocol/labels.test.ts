import { expect, it } from 'vitest'
import { fromUtf8 } from '../../src/protocol/bytes.ts'
import { label, labels } from '../../src/protocol/labels.ts'

const texts = Object.values(labels).map((bytes) => fromUtf8(bytes) ?? '')

it('begins every label with the protocol and its version', () => {
  expect(fromUtf8(label('name'))).toBe('safelight/1/name')
  for (const text of texts) expect(text).toMatch(/^safelight\/1\/[a-z0-9-]+$/)
})

it('has no label that is another one or its beginning', () => {
  for (const text of texts) expect(texts.filter((other) => other.startsWith(text))).toEqual([text])
})
