// The command line's side of the operator's port.

import { SetupError } from '../setup-error.ts'
import { readAccess } from './access.ts'

/** Undefined: no relay runs on this data folder. @throws SetupError with what the relay said */
export async function callRelay(
  dataDirectory: string,
  command: string,
  input: Readonly<Record<string, unknown>> = {},
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const access = await readAccess(dataDirectory)
  if (access === undefined) return undefined
  let response: Response
  try {
    response = await fetch(`http://127.0.0.1:${access.port}/${command}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${access.secret}` },
      body: JSON.stringify(input),
    })
  } catch {
    // It ended without removing the file.
    return undefined
  }
  // Another program may have the port by now.
  if (response.status === 401) return undefined
  const content: unknown = await response.json().catch(() => undefined)
  if (typeof content !== 'object' || content === null) return undefined
  if (response.ok) return { ...content }
  const message = 'message' in content ? String(content.message) : 'The relay refused.'
  throw new SetupError(message)
}

/** @throws SetupError */
export async function callRunningRelay(
  ...call: Parameters<typeof callRelay>
): Promise<Readonly<Record<string, unknown>>> {
  const answer = await callRelay(...call)
  if (answer === undefined)
    throw new SetupError(`No relay runs on the data folder ${call[0]}. Start it, or name another with --data.`)
  return answer
}
