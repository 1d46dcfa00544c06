// The operator's port of a running relay, and the file that tells their commands where it is.

import { closeServer, listen } from '../http/listen.ts'
import type { Log } from '../log.ts'
import { errorFields } from '../log.ts'
import type { Shutdown } from '../shutdown.ts'
import { newSecret, removeAccess, writeAccess } from './access.ts'
import type { AdminCommands } from './server.ts'
import { createAdminServer } from './server.ts'

export async function startAdmin(options: {
  readonly commands: AdminCommands
  readonly dataDirectory: string
  readonly shutdown: Shutdown
  readonly log: Log
}): Promise<void> {
  const { commands, dataDirectory, shutdown, log } = options
  const secret = newSecret()
  const server = createAdminServer({ secret, commands, log })
  shutdown.add(() => closeServer(server))
  const port = await listen(server, 0, '127.0.0.1')
  shutdown.add(() => removeAccess(dataDirectory))
  try {
    await writeAccess(dataDirectory, { port, secret })
  } catch (error) {
    // On a full disk people still fetch and acknowledge what is there, which makes room.
    log.warn(errorFields(error), 'the operator commands do not find this relay: admin.json cannot be written')
  }
}
