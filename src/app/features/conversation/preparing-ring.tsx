// How far media are before they are sent: what is done with them, and how much of all there is to do is done.

import type { Stage } from '../../state/calls.ts'
import { ProgressRing } from '../../ui/progress-ring.tsx'

const words: Readonly<Record<Stage, string>> = {
  // Taken out while it is read: of the bytes that stay as they are nothing else tells.
  read: 'Removing metadata',
  decode: 'Converting',
  encode: 'Converting',
  convert: 'Converting',
  encrypt: 'Encrypting',
}

export interface Preparation {
  /** 0 to 1. */
  readonly fraction: number
  readonly stage?: Stage | undefined
}

export function PreparingRing({ fraction, stage }: Preparation) {
  return <ProgressRing label="Preparing" stage={stageText(stage)} doneBytes={fraction} totalBytes={1} />
}

export function stageText(stage: Stage | undefined): string {
  return stage === undefined ? 'Preparing' : words[stage]
}
