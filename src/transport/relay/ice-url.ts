// Addresses of STUN and TURN servers that a browser takes (RFC 7064, RFC 7065). With one that it does not take it refuses
// to connect at all: a relay that names such a one would end the direct connections through this device's other relays too.

const form = /^(stun|turn)s?:(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::([1-9]\d{0,4}))?(\?transport=(?:udp|tcp))?$/i
const highestPort = 65_535

export function isIceUrl(url: string, kind: 'stun' | 'turn'): boolean {
  const [, scheme, port = '1', transport] = form.exec(url) ?? []
  const isKind = scheme?.toLowerCase() === kind && (kind === 'turn' || transport === undefined)
  return isKind && Number(port) <= highestPort
}
