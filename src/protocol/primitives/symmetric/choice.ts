// Which symmetric primitives are in use: noble's, or native ones that the platform offered and that gave known answers
// (see [Note: Trust in native halves], which holds for them too). They have to be synchronous, because records are sealed
// inside database transactions, so WebCrypto's are none of them.

import { baselineSymmetric } from './baseline.ts'
import { knowsSymmetric } from './known-answers.ts'
import type { Symmetric } from './symmetric.ts'

/** A call into native code costs as much as hashing this many bytes in JavaScript. */
const nativeHashFromBytes = 128

let chosen: Symmetric = baselineSymmetric

export function symmetric(): Symmetric {
  return chosen
}

/** For the platform to call, any number of times: what is offered is used from now on in this realm, if it can be trusted. */
export function offerSymmetric(native: Symmetric): void {
  chosen = trustedSymmetric(native)
}

/** The native primitives, with noble's for what they refuse; noble's alone when they do not know the answers. */
export function trustedSymmetric(native: Symmetric): Symmetric {
  return holds(native) ? guarded(native) : baselineSymmetric
}

function holds(native: Symmetric): boolean {
  try {
    return knowsSymmetric(native)
  } catch {
    return false
  }
}

function guarded(native: Symmetric): Symmetric {
  return {
    sha256(parts) {
      let length = 0
      for (const part of parts) length += part.length
      if (length < nativeHashFromBytes) return baselineSymmetric.sha256(parts)
      try {
        return native.sha256(parts)
      } catch {
        return baselineSymmetric.sha256(parts)
      }
    },
    sealChaCha(key, nonce, plaintext, ad) {
      try {
        return native.sealChaCha(key, nonce, plaintext, ad)
      } catch {
        return baselineSymmetric.sealChaCha(key, nonce, plaintext, ad)
      }
    },
    openChaCha(key, nonce, sealed, ad) {
      try {
        return native.openChaCha(key, nonce, sealed, ad)
      } catch {
        return baselineSymmetric.openChaCha(key, nonce, sealed, ad)
      }
    },
  }
}
