// Every decoder that reads what somebody else wrote.

import type { Target } from './engine.ts'
import { createOtherTargets } from './other-targets.ts'
import { createProtocolTargets } from './protocol-targets.ts'
import { createRowTargets } from './row-targets.ts'

export async function createTargets(): Promise<readonly Target[]> {
  return [...(await createProtocolTargets()), ...(await createRowTargets()), ...createOtherTargets()]
}
