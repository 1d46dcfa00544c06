// Contacts to whom a connection is gone, and for how long. Who comes back soon goes on fetching from here, so what would be
// put at a relay meanwhile would travel for nothing (docs/decisions/0025-media-once.md).

import type { Context } from '../context.ts'
import { times } from '../limits.ts'
import { pause } from '../wait.ts'

export interface Absences {
  /** A connection stands. */
  end(contactId: string): void
  /** None does. Gives whether they may be back soon; if so, `over` is called when they may not any more. */
  isShort(contactId: string): boolean
}

export function createAbsences({ clock, closing }: Context, over: (contactId: string) => void): Absences {
  const absences = new Map<string, { isShort: boolean }>()

  async function begin(contactId: string): Promise<void> {
    const absence = { isShort: true }
    absences.set(contactId, absence)
    await pause(clock, times.comebackMs, closing)
    absence.isShort = false
    if (absences.get(contactId) === absence) over(contactId)
  }

  return {
    end: (contactId) => void absences.delete(contactId),
    isShort(contactId) {
      if (!absences.has(contactId)) void begin(contactId)
      return absences.get(contactId)?.isShort ?? false
    },
  }
}
