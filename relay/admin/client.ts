// The command line's side of the operator's port.

import { request } from 'node:http'
import { SetupError } from '../setup-error.ts'
import type { AdminAccess } from './access.ts'
import { adminHeader, readAccess } from './access.ts'

/** Undefined: no relay runs on this data folder. @throws SetupError with what the relay said */
export async function callRelay(
  dataDirectory: string,
  command: string,
  input: Readonly<Record<string, unknown>> = {},
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const access = await readAccess(dataDirectory)
  if (access === undefined) return undefined
  const answer = await post(access, command, JSON.stringify(input))
  // It ended without removing the file; or another program has the port by now.
  if (answer === undefined || answer.status === 401) return undefined
  const content = parse(answer.text)
  if (content === undefined) return undefined
  if (answer.status === 200) return { ...content }
  throw new SetupError('message' in content ? String(content.message) : 'The relay refused.')
}

/** Waits as long as it takes: a backup may take hours. Undefined: no relay listens there. @throws SetupError */
function post(
  { port, secret }: AdminAccess,
  command: string,
  body: string,
): Promise<{ readonly status: number | undefined; readonly text: string } | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; text: string } | undefined>()
  const failed = (error: Error): void => {
    if ('code' in error && error.code === 'ECONNREFUSED') resolve(undefined)
    else reject(new SetupError('The relay ended before it answered. Its log may say why.', { cause: error }))
  }
  const outgoing = request(
    {
      host: '127.0.0.1',
      port,
      path: `/${command}`,
      method: 'POST',
      headers: { Authorization: `Bearer ${secret}`, 'Content-Length': Buffer.byteLength(body) },
    },
    (incoming) => {
      let text = ''
      incoming.setEncoding('utf8')
      incoming.on('data', (chunk: string) => (text += chunk))
      const isRelay = incoming.headers[adminHeader] !== undefined
      incoming.on('end', () => resolve(isRelay ? { status: incoming.statusCode, text } : undefined))
      incoming.on('error', failed)
    },
  )
  outgoing.on('error', failed)
  outgoing.end(body)
  return promise
}

function parse(text: string): object | undefined {
  try {
    const content: unknown = JSON.parse(text)
    return typeof content === 'object' && content !== null ? content : undefined
  } catch {
    return undefined
  }
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
