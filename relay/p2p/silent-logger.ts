// Ignores what libp2p would log: it names peers, which are nobody's business. One logger stands in for all, as libp2p asks
// for a new one for each connection, stream and handshake, and keeps most of them.

import type { ComponentLogger, Logger } from '@libp2p/interface'

const ignore = (): void => undefined

const silent: Logger = Object.assign(ignore, { enabled: false, error: ignore, trace: ignore, newScope: () => silent })

export const silentLogger: ComponentLogger = { forComponent: () => silent }
