// How the newer frozen files are made: named inputs, and what this implementation answers. A scenario that is there for an
// error says which one; another answer is a mistake of the scenario, not a vector.

import { utf8 } from '../../../src/protocol/bytes.ts'
import { fingerprintOf } from '../../../src/protocol/identity/fingerprint.ts'
import type { Identity } from '../../../src/protocol/identity/identity.ts'
import type { CaseFile, StoredCase } from '../cases.ts'
import { type JsonObject, toJsonObject } from '../json.ts'
import { perform } from '../operations/operations.ts'

export interface Scenario {
  readonly name: string
  readonly operation: string
  readonly inputs: JsonObject
  /** Expected; without one there is an output. */
  readonly error?: string
}

export function scenario(name: string, operation: string, inputs: object, error?: string): Scenario {
  return { name, operation, inputs: toJsonObject(inputs), ...(error !== undefined && { error }) }
}

export async function build(description: string, scenarios: readonly Scenario[]): Promise<CaseFile> {
  const cases: StoredCase[] = []
  for (const { error, ...rest } of scenarios) {
    const answer = await perform({ file: '', id: rest.name, ...rest })
    const got = 'error' in answer ? answer.error : undefined
    if (got !== error) throw new Error(`${rest.name}: expected ${error ?? 'an output'}, got ${got ?? 'an output'}`)
    cases.push({ ...rest, ...answer })
  }
  return { description, cases }
}

/** The secret keys of a device, and its certificate. */
export function identityInputs({ account, device, certificate }: Identity): object {
  return {
    accountSecretKey: account.secretKey,
    deviceId: device.id,
    deviceSignSecretKey: device.sign.secretKey,
    deviceDhSecretKey: device.dh.secretKey,
    certificate,
  }
}

export function fingerprint(identity: Identity): Uint8Array {
  return fingerprintOf(identity.account.publicKey)
}

export const hello = utf8('hello')
