// The operator's port: each command is a POST of JSON, answered with JSON. Only this machine reaches it, and only who can
// read the secret is heard; a page in a browser on this machine can do neither.

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { Log } from '../log.ts'
import { errorFields } from '../log.ts'
import { SetupError } from '../setup-error.ts'
import { adminHeader, isSecret } from './access.ts'

/** A command's words; larger is a mistake. */
const maxBodyBytes = 16_384

export type AdminCommands = Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => Promise<unknown>>>

export function createAdminServer(options: {
  readonly secret: string
  readonly commands: AdminCommands
  readonly log: Log
}): Server {
  return createServer((request, response) => {
    response.on('error', () => undefined)
    answer(request, response, options).catch((error: unknown) => {
      if (!(error instanceof SetupError)) options.log.error(errorFields(error), 'an admin command failed')
      const message = error instanceof SetupError ? error.message : 'The relay could not do it; its log says more.'
      send(response, 500, { message })
    })
  })
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { secret, commands }: Parameters<typeof createAdminServer>[0],
): Promise<void> {
  const given = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? ''
  if (!isSecret(given, secret)) return send(response, 401, { message: 'The secret is another one.' })
  const name = request.url?.slice(1) ?? ''
  const command = request.method === 'POST' && Object.hasOwn(commands, name) ? commands[name] : undefined
  if (command === undefined) return send(response, 404, { message: 'This relay knows no such command.' })
  const input = parse(await readBody(request))
  if (input === undefined) return send(response, 400, { message: 'A command is a JSON object.' })
  send(response, 200, await command(input))
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) {
    text += String(chunk)
    if (text.length > maxBodyBytes) return undefined
  }
  return text
}

function parse(text: string | undefined): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return isRecord(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function send(response: ServerResponse, status: number, content: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json', [adminHeader]: 'admin' })
  response.end(JSON.stringify(content ?? {}))
}
