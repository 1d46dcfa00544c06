// `safelight-relay doctor [address]`: looks for what commonly goes wrong, and says why.

import { callRelay } from '../admin/client.ts'
import { readConfig } from '../config/read.ts'
import type { TurnSource } from '../config/turn-secret.ts'
import { readTurnSecret } from '../config/turn-secret.ts'
import { origin as originUnit } from '../config/units.ts'
import type { Finding } from '../doctor/check.ts'
import { bad, good, warning } from '../doctor/check.ts'
import { checkClock } from '../doctor/clock.ts'
import { checkDisk, checkStun } from '../doctor/machine.ts'
import { checkReach } from '../doctor/reach.ts'
import { checkTurn } from '../doctor/turn.ts'
import { SetupError } from '../setup-error.ts'

const marks = { good: 'ok     ', warning: 'warning', bad: 'PROBLEM' } as const

/** Ends with exit code 1 when something is bad. @throws SetupError */
export async function doctorCommand(args: readonly string[]): Promise<void> {
  const { clockFrom, others } = splitClockFrom(args)
  const [first, ...rest] = others
  const isAddress = first !== undefined && !first.startsWith('-')
  const { config } = readConfig(isAddress ? rest : others, process.env)
  const status = await callRelay(config.dataDirectory, 'status')
  const address = isAddress ? first : (config.publicUrl ?? textOf(status, 'url') ?? `http://localhost:${config.port}`)
  const origin = originUnit.parse(address)
  if (origin === undefined) throw new SetupError(`doctor needs ${originUnit.hint}, not "${address}".`)

  const findings: Finding[] = [
    await checkClock(config.dataDirectory, clockFrom),
    await checkDisk(config.dataDirectory, config.maxDiskBytes),
    ...(status === undefined ? [warning('Process', `No relay runs on the data folder ${config.dataDirectory}.`)] : []),
    ...checkReadiness(textOf(status, 'ready')),
    ...(await checkReach(origin, textOf(status, 'peerId'))),
  ]
  const stunPort = status?.['stunPort']
  if (typeof stunPort === 'number') findings.push(await checkStun(new URL(origin).hostname, stunPort))
  else if (status !== undefined) findings.push(warning('STUN', 'It is off: people behind routers connect less often.'))
  if (config.turn !== undefined) findings.push(...(await checkTurnWithSecret(config.turn)))
  const isSecure = origin.startsWith('https:') || /^(localhost|127\..+|\[::1\])$/.test(new URL(origin).hostname)
  if (!isSecure)
    findings.push({
      subject: 'TLS',
      outcome: 'bad',
      message: 'Browsers run the app over https:// only, but for localhost.',
    })

  for (const { subject, outcome, message } of findings)
    process.stdout.write(`${marks[outcome]} ${`${subject}:`.padEnd(16)}${message}\n`)
  if (findings.some(({ outcome }) => outcome === 'bad')) process.exitCode = 1
}

/** Without its secret all else can still be looked at. */
async function checkTurnWithSecret(source: TurnSource): Promise<readonly Finding[]> {
  try {
    return await checkTurn(readTurnSecret(source), Date.now())
  } catch (error) {
    if (error instanceof SetupError) return [bad('TURN', error.message)]
    throw error
  }
}

/** @throws SetupError */
function splitClockFrom(args: readonly string[]): {
  readonly clockFrom: string | undefined
  readonly others: readonly string[]
} {
  const name = '--clock-from'
  const at = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`))
  if (at === -1) return { clockFrom: undefined, others: args }
  const isInline = args[at] !== name
  const written = isInline ? args[at]?.slice(name.length + 1) : args[at + 1]
  const clockFrom = originUnit.parse(written ?? '')
  if (clockFrom === undefined) throw new SetupError(`${name} needs ${originUnit.hint}.`)
  return { clockFrom, others: args.filter((_, index) => index !== at && (isInline || index !== at + 1)) }
}

/** By the word of the relay that runs; undefined: none does. */
function checkReadiness(ready: string | undefined): readonly Finding[] {
  if (ready === undefined) return []
  return [ready === 'yes' ? good('Ready', 'The relay takes what is new.') : bad('Ready', ready)]
}

function textOf(status: Readonly<Record<string, unknown>> | undefined, name: string): string | undefined {
  const value = status?.[name]
  return typeof value === 'string' ? value : undefined
}
