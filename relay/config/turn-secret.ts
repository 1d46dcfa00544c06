// The secret of a TURN server, from the file that holds it: read by what needs it, and by nothing else.

import { readFileSync } from 'node:fs'
import { SetupError } from '../setup-error.ts'
import type { TurnConfig } from '../turn/credentials.ts'
import type { RelayConfig } from './config.ts'

/** The secret was given itself, or the path of its file. */
export type TurnSource = TurnConfig | { readonly urls: readonly string[]; readonly path: string }

/** What is set, before what is secret was read: no relay starts with it. */
export type ConfigOnPaper = Omit<RelayConfig, 'turn'> & { readonly turn?: TurnSource }

/** What a relay runs with. @throws SetupError */
export function withTurnSecret({ turn, ...config }: ConfigOnPaper): RelayConfig {
  return turn === undefined ? config : { ...config, turn: readTurnSecret(turn) }
}

/** @throws SetupError when there is no secret in the file, or it cannot be read */
export function readTurnSecret(source: TurnSource): TurnConfig {
  if ('secret' in source) return source
  const { urls, path } = source
  const secret = textOf(path).trim()
  if (secret === '') throw new SetupError(`turn-secret-file: ${path} is empty.`)
  return { urls, secret }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new SetupError(`turn-secret-file: ${path} cannot be read (${code}).`, { cause: error })
  }
}
