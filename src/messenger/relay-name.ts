/** What people call a relay: host and port of its origin; empty for what is no URL. */
export function relayName(url: string): string {
  return URL.canParse(url) ? new URL(url).host : ''
}

/** The origin of a relay address that a person typed; undefined when it is none. */
export function relayOrigin(text: string): string | undefined {
  const trimmed = text.trim()
  const url = /^https?:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`
  if (!URL.canParse(url)) return undefined
  const { origin, protocol, username, password } = new URL(url)
  if (protocol !== 'https:' && protocol !== 'http:') return undefined
  return username === '' && password === '' ? origin : undefined
}
