// `safelight-relay config print|check`: what the relay would run with.

import { readConfig } from '../config/read.ts'
import { printConfig } from '../config/print.ts'
import { withTurnSecret } from '../config/turn-secret.ts'
import { readCertificate } from '../http/certificate.ts'
import { SetupError } from '../setup-error.ts'

/** @throws SetupError with a line for each mistake */
export function configCommand(args: readonly string[]): void {
  const [what, ...flags] = args
  if (what !== 'print' && what !== 'check') throw new SetupError('config needs print or check. See --help.')
  const read = readConfig(flags, process.env)
  if (what === 'check') {
    const { tls } = withTurnSecret(read.config)
    if (tls !== undefined) readCertificate(tls)
  }
  process.stdout.write(what === 'print' ? printConfig(read) : 'The configuration is good.\n')
}
