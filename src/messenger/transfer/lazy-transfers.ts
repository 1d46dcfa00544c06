// The transfer manager, loaded when somebody manages transfers.

import type { TransfersApi } from '../api.ts'
import { late } from '../late.ts'

export function lazyTransfers(load: () => Promise<TransfersApi>): TransfersApi {
  const loaded = late(load)
  return {
    list: async () => (await loaded()).list(),
    start: async (...which) => (await loaded()).start(...which),
    pause: async (...which) => (await loaded()).pause(...which),
    resume: async (...which) => (await loaded()).resume(...which),
    cancel: async (...which) => (await loaded()).cancel(...which),
    retry: async (...which) => (await loaded()).retry(...which),
    clear: async (...which) => (await loaded()).clear(...which),
    usage: async () => (await loaded()).usage(),
  }
}
