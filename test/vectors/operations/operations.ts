// Every operation that a vector names, done by this implementation.

import type { Answer, VectorRequest } from '../json.ts'
import { Fields } from '../json.ts'
import { codecOperations } from './codec.ts'
import { groupOperations } from './group.ts'
import { handshakeOperations } from './handshake.ts'
import { identityOperations } from './identity.ts'
import type { Operations } from './operation.ts'
import { reportOperations } from './report.ts'
import { safetyOperations } from './safety.ts'
import { sessionOperations } from './session.ts'
import { storedOperations } from './stored.ts'
import { vaultOperations } from './vault.ts'

const operations: Operations = {
  ...codecOperations,
  ...identityOperations,
  ...handshakeOperations,
  ...sessionOperations,
  ...storedOperations,
  ...vaultOperations,
  ...safetyOperations,
  ...groupOperations,
  ...reportOperations,
}

/** @throws TypeError for inputs that are none of the operation */
export async function perform(request: VectorRequest): Promise<Answer> {
  const operation = operations[request.operation]
  return operation === undefined ? { error: 'unsupported' } : operation(new Fields(request.inputs))
}
