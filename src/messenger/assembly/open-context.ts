// Opens what is stored of a profile, and puts together what every part of its messenger shares.

import { openSelf } from '../account/self.ts'
import type { Context } from '../context.ts'
import { EventHub } from '../events.ts'
import type { GroupGate } from '../groups/gate.ts'
import type { Log } from '../ports.ts'
import type { OpenPlatform, Platform } from '../ports/platform.ts'
import { StorageError, TransportError } from '../ports.ts'
import { createLedger } from '../records/ledger.ts'
import { openTables } from '../records/tables.ts'

/** `name` and `relays` are those of a new profile. */
export async function openContext(
  platform: Platform,
  { store, blobs, transport }: OpenPlatform,
  { name, relays }: { readonly name: string; readonly relays: readonly string[] },
  groups: GroupGate,
  closing: AbortSignal,
): Promise<Context> {
  const { clock, random, log, media, uplink } = platform
  const tables = await openTables(store)
  const ledger = createLedger(store)
  const self = await openSelf(tables, ledger, { random, clock }, { name, relays })
  return {
    clock,
    random,
    log,
    media,
    uplink,
    blobs,
    transport,
    tables,
    ledger,
    events: new EventHub(),
    self,
    groups,
    closing,
    background: inBackground(log, closing),
  }
}

function inBackground(log: Log, closing: AbortSignal): Context['background'] {
  return (work, event) => {
    work.catch((error: unknown) => {
      if (closing.aborted) return
      if (error instanceof TransportError || error instanceof StorageError) log.debug(event, { code: error.code })
      else log.error(event, { error: error instanceof Error ? error.name : 'unknown' })
    })
  }
}
