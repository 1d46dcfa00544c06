// The app that was built together with this relay, wherever the relay is started from.

import { fileURLToPath } from 'node:url'

const isBuilt = import.meta.url.endsWith('.js')

/** dist/relay/config/ beside dist/app/, or relay/config/ in a source tree. */
export const bundledApp = fileURLToPath(new URL(isBuilt ? '../../app' : '../../dist/app', import.meta.url))
