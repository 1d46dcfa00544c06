// The fastest implementation of each half that this platform has and that can be trusted. A native one is asked for
// known answers once, before its first use, and what it refuses later the baseline does.
//
// [Note: Trust in native halves]
// A platform may lack an algorithm, know its name with other rules (an older draft of ML-KEM), or fail at times (a key
// that it does not import). A wrong answer would be worse than a slow one: sessions could begin that no other
// implementation opens. So each is measured against known answers and against the baseline, in both directions and at
// the edges where drafts and careless implementations differ: implicit rejection, and points of small order.

import { baselineMlKem, baselineX25519 } from './baseline.ts'
import type { Halves, MlKem, X25519 } from './halves.ts'
import { knowsMlKem, knowsX25519 } from './known-answers.ts'
import { nativeMlKem, nativeX25519 } from './native.ts'

let chosen: Promise<Halves> | undefined

export function bestHalves(): Promise<Halves> {
  return (chosen ??= chooseHalves(nativeX25519, nativeMlKem))
}

/** Takes what to trust, for tests of platforms that are not this one. */
export async function chooseHalves(x25519: X25519, mlKem: MlKem): Promise<Halves> {
  const [isX25519, isMlKem] = await Promise.all([holds(knowsX25519(x25519)), holds(knowsMlKem(mlKem))])
  return {
    x25519: isX25519 ? guardedX25519(x25519) : baselineX25519,
    mlKem: isMlKem ? guardedMlKem(mlKem) : baselineMlKem,
  }
}

function holds(check: Promise<boolean>): Promise<boolean> {
  return check.catch(() => false)
}

/** What the native half refuses, for whatever reason, the baseline decides. */
function guardedX25519(native: X25519): X25519 {
  return {
    publicKey: (secretKey) => native.publicKey(secretKey).catch(() => baselineX25519.publicKey(secretKey)),
    agree: (secretKey, publicKey) =>
      native.agree(secretKey, publicKey).catch(() => baselineX25519.agree(secretKey, publicKey)),
  }
}

function guardedMlKem(native: MlKem): MlKem {
  return {
    publicKey: (seed) => native.publicKey(seed).catch(() => baselineMlKem.publicKey(seed)),
    encapsulate: (publicKey, coins) =>
      native.encapsulate(publicKey, coins).catch(() => baselineMlKem.encapsulate(publicKey, coins)),
    decapsulate: (seed, ciphertext) =>
      native.decapsulate(seed, ciphertext).catch(() => baselineMlKem.decapsulate(seed, ciphertext)),
  }
}
