// HTTP servers from their start to their end.

import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SetupError } from '../setup-error.ts'

/** How long answers that are under way have when a server is closed. */
const lastAnswersMs = 1000

/** Resolves with the port. @throws SetupError */
export function listen(server: Server, port: number, host: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(toSetupError(error, port, host)))
    server.listen({ port, ...(host === undefined ? {} : { host }) }, () => {
      const address = server.address()
      resolve(isAddressInfo(address) ? address.port : port)
    })
  })
}

/** Waits a moment for answers that are under way, then closes what is left. */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve())
  })
  server.closeIdleConnections()
  const timer = setTimeout(() => server.closeAllConnections(), lastAnswersMs)
  await closed
  clearTimeout(timer)
}

function isAddressInfo(address: string | AddressInfo | null): address is AddressInfo {
  return address !== null && typeof address !== 'string'
}

function toSetupError(error: Error, port: number, host: string | undefined): SetupError {
  const code = 'code' in error ? error.code : undefined
  const sentence =
    code === 'EADDRINUSE'
      ? `Port ${port} is already in use. Stop the other program, or choose another port with --port.`
      : code === 'EACCES'
        ? `Port ${port} needs more rights than this process has. Choose one above 1023 with --port.`
        : code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND'
          ? `The address ${host ?? ''} is not one of this machine. Choose another with --host.`
          : `The relay cannot listen on port ${port}.`
  return new SetupError(sentence, { cause: error })
}
