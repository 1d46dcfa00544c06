// Reads what staff write: an order, with the customer it is about, or words.

export type Order = { readonly kind: 'queue' | 'help' } | About | { readonly kind: 'unknown'; readonly word: string }

/** About a customer: of this number, or whose words they reply to. */
export type About =
  | { readonly kind: 'take' | 'takeover' | 'release' | 'close' | 'show' | 'block'; readonly number: number | undefined }
  | { readonly kind: 'give' | 'note' | 'say'; readonly number: number | undefined; readonly rest: string }

/** Undefined where it is none. */
export function readOrder(text: string): Order | undefined {
  const [, word, rest = ''] = /^\/(\S*)\s*([\s\S]*)$/u.exec(text.trim()) ?? []
  if (word === undefined) return undefined
  const kind = word.toLowerCase()
  const found = /^(\d{1,9})(?:\s+([\s\S]*))?$/u.exec(rest)
  const number = found === null ? undefined : Number(found[1])
  const after = found === null ? rest : (found[2] ?? '')
  switch (kind) {
    case 'queue':
    case 'help':
      return { kind }
    case 'take':
    case 'takeover':
    case 'release':
    case 'close':
    case 'show':
    case 'block':
      // A word too many is no reason to do it to somebody else.
      return after === '' ? { kind, number } : { kind: 'unknown', word }
    case 'give':
    case 'note':
    case 'say':
      return { kind, number, rest: after }
    default:
      return { kind: 'unknown', word }
  }
}

/** What of a message of staff goes to the customer. */
export function wordsFor(text: string): string | undefined {
  const order = readOrder(text)
  if (order === undefined) return text
  return order.kind === 'say' ? order.rest : undefined
}
