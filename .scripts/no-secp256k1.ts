// libp2p's keys may lie on secp256k1, which no Safelight peer has: every one of them has an Ed25519 key. That curve alone
// would be 6 KiB of the first page. Whoever comes with such a key is refused, as by any libp2p that does not know a type.

import type { Plugin } from 'vite'

const id = '\0no-secp256k1'

export function noSecp256k1(): Plugin {
  return {
    name: 'safelight-no-secp256k1',
    apply: 'build',
    enforce: 'pre',
    resolveId: (source) => (source === '@noble/curves/secp256k1.js' ? id : undefined),
    load: (loaded) => (loaded === id ? stub : undefined),
  }
}

const stub = `
function refuse() {
  throw new Error('secp256k1 keys are not supported')
}
export const secp256k1 = {
  Point: { fromBytes: refuse },
  getPublicKey: refuse,
  sign: refuse,
  verify: refuse,
  utils: { randomSecretKey: refuse },
}
`
