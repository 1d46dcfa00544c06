// Everything an operator can set. A setting's name is its flag, its key in the file, and (upper case, with SAFELIGHT_
// in front) its environment variable.

import type { RelayLimits } from '../limits.ts'
import { defaultLimits } from '../limits.ts'
import { knownPushHosts } from '../push/endpoint-rule.ts'
import { logLevels, memberships } from './config.ts'
import type { Range, RateRange } from './ranges.ts'
import { ranges } from './ranges.ts'
import type { Unit } from './units.ts'
import * as units from './units.ts'

/** To try what happens when it is full, to more than there is in one machine. */
const maxDisk: Range = [1e6, 1e15]

export const settings = {
  port: { unit: units.port, initial: '8080', help: 'port of everything; 0: a free one' },
  host: { unit: units.text, initial: undefined, help: 'address to listen on; unset: all' },
  data: { unit: units.text, initial: 'data', help: 'folder of what has to survive a restart' },
  app: { unit: units.text, initial: undefined, help: 'folder of the web app; unset: the one that came along' },
  'tls-cert': {
    unit: units.text,
    initial: undefined,
    help: 'file with the certificate of the public port, in PEM with its chain; unset: HTTP',
  },
  'tls-key': { unit: units.text, initial: undefined, help: 'file with the key of that certificate' },
  'metrics-port': {
    unit: units.orWord(units.port, 'off'),
    initial: '0',
    help: 'Prometheus metrics on 127.0.0.1; 0: a free port',
  },
  'stun-port': {
    unit: units.orWord(units.orWord(units.port, 'same'), 'off'),
    initial: 'same',
    help: 'UDP port that tells browsers their address (STUN); same: the number of port',
  },
  'turn-urls': {
    unit: units.turnUrls,
    initial: undefined,
    help: 'addresses of your TURN server, with commas between; unset: none',
  },
  'turn-secret': {
    unit: units.text,
    initial: undefined,
    help: 'static-auth-secret of that server',
  },
  'turn-secret-file': {
    unit: units.text,
    initial: undefined,
    help: 'file that holds it, instead',
  },
  'max-disk': {
    unit: units.within(units.size, maxDisk),
    initial: undefined,
    help: 'unset: 10G or 80 % of the free space, the smaller',
  },
  membership: {
    unit: units.oneOf(memberships),
    initial: 'open',
    help: 'who may open mailboxes: everybody, who was invited, or only who is a member already',
  },
  'public-url': {
    unit: units.origin,
    initial: undefined,
    help: 'address that people type, when a proxy stands before the relay',
  },
  'trust-proxy': {
    unit: units.truth,
    initial: 'false',
    help: 'take client addresses for rate limits from X-Forwarded-For',
  },
  'push-hosts': {
    unit: units.orWord(units.orWord(units.hosts, 'any'), 'off'),
    initial: knownPushHosts.join(','),
    help: 'push services that may be used to wake closed browsers; any: every public server; off: nobody is woken',
  },
  'unsafe-push-loopback': {
    unit: units.truth,
    initial: 'false',
    help: 'for tests only: pushes go to this machine, too',
  },
  'log-level': { unit: units.oneOf(logLevels), initial: 'info', help: 'how much is written' },
} as const

export type SettingName = keyof typeof settings
export const settingNames = Object.keys(settings) as readonly SettingName[]

/** No flags, which everybody on the machine sees, and never printed. */
export const secretNames: ReadonlySet<SettingName> = new Set(['turn-secret'])

export function variableOf(name: SettingName): string {
  return `SAFELIGHT_${name.toUpperCase().replaceAll('-', '_')}`
}

// ---- limits: only in the file, in its table [limits]

type LimitName = keyof RelayLimits

/** `mailboxIdleMs` is `mailbox-idle-time` in the file: the unit stands in the value. */
export const limitKeys: ReadonlyMap<string, LimitName> = new Map(
  (Object.keys(defaultLimits) as LimitName[]).map((name) => [
    name.replace(/Ms$/, 'Time').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
    name,
  ]),
)

export function limitUnit(name: LimitName): Unit<number> | RateRange {
  const range: Range | RateRange = ranges[name]
  if ('burst' in range) return range
  return units.within(name.endsWith('Ms') ? units.duration : name.includes('Bytes') ? units.size : units.count, range)
}
