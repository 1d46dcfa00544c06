// `safelight-relay status`.

import { callRunningRelay } from '../admin/client.ts'
import { size } from '../config/units.ts'
import { readConfig } from '../config/read.ts'

/** @throws SetupError */
export async function statusCommand(args: readonly string[]): Promise<void> {
  const { config } = readConfig(args, process.env)
  const status = await callRunningRelay(config.dataDirectory, 'status')
  const rows = Object.entries(status).map(([name, value]) => {
    const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    return `${words.padEnd(16)} ${typeof value === 'number' && name.endsWith('Bytes') ? size.format(value) : String(value)}`
  })
  process.stdout.write(`${rows.join('\n')}\n`)
}
