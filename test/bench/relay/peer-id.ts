/** Of the relay at this origin. */
export async function peerIdOf(url: string): Promise<string> {
  const info: unknown = await (await fetch(`${url}/.well-known/safelight`)).json()
  return typeof info === 'object' && info !== null && 'peerId' in info ? String(info.peerId) : ''
}
