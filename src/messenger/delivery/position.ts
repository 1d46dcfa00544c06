// Where a contact said who or where they are (docs/protocol.md §5), so that what a relay held back does not bring back an
// address or a name that they gave up.
//
// Within a session its own order says what was said later: nobody can lie about it, and it heals with the ratchet. In two
// sessions of one generation, as when both of us began one, epochs and numbers say nothing of each other; there the times
// do, which their maker lets rise with every such statement, whatever their clock says (`toldAt`).

import { equalBytes } from '../../protocol/bytes.ts'
import type { Position } from '../records/rows.ts'

/** Whether something was said before what is known already. */
export function isBefore(said: Position, known: Position | undefined): boolean {
  if (known === undefined) return false
  const isSameSession = equalBytes(said.sid, known.sid)
  const steps = [
    said.generation - known.generation,
    ...(isSameSession ? [said.epoch - known.epoch, said.n - known.n] : []),
    said.sentAt - known.sentAt,
  ]
  return (steps.find((step) => step !== 0) ?? 0) < 0
}
