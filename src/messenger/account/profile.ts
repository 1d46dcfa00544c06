// My name, and what I allow.

import { toHex } from '../../protocol/bytes.ts'
import { isName, sanitizeName } from '../../protocol/content/name.ts'
import type { AutoDownload, ProfileApi, SettingsApi } from '../api.ts'
import { UsageError } from '../api.ts'
import type { Context } from '../context.ts'
import type { Sealer } from '../delivery/seal.ts'
import { newId } from '../ids.ts'
import { checkLife } from '../thread/set-timer.ts'
import { defaultAutoDownload } from '../transfer/auto-download.ts'

/** @throws UsageError `bad-name` when nothing visible is left of it */
export function cleanName(text: string): string {
  const name = sanitizeName(text)
  if (!isName(name)) throw new UsageError('bad-name')
  return name
}

export function createProfile(context: Context, sealer: Sealer): ProfileApi {
  const { tables, ledger, self, clock, random, events } = context
  return {
    get: () => Promise.resolve({ name: self.row.name, fingerprint: toHex(self.fingerprint) }),
    async setName(text) {
      const name = cleanName(text)
      if (name === self.row.name) return
      await ledger.change(async (change) => self.update(change, { name }))
      // One by one: a session that is broken must not keep the others from hearing of it.
      for (const [contactId, contact] of tables.contacts.held())
        if (contact.state === 'accepted')
          context.background(
            ledger.change((change) =>
              sealer.seal(
                change,
                contactId,
                { kind: 'profile', name },
                { messageId: newId(random), sentAtMs: clock.now() },
              ),
            ),
            'profile-later',
          )
      events.emit('change', { what: 'profile' })
    },
  }
}

export interface SettingHandlers {
  directChanged(allowed: boolean): void
  budgetChanged(): void
  wifiChanged(): void
}

export function createSettings(context: Context, handlers: SettingHandlers): SettingsApi {
  const { ledger, self, events, uplink } = context
  return {
    get: () =>
      Promise.resolve({
        direct: self.row.direct,
        seenReceipts: self.row.seenReceipts,
        autoDownload: self.row.autoDownload ?? defaultAutoDownload,
        onlyOnWifi: self.row.onlyOnWifi ?? false,
        tellsWifi: uplink?.kind() !== undefined,
        mediaBudgetBytes: self.row.mediaBudgetBytes ?? 0,
        typing: self.row.typing ?? true,
        whoMayWrite: self.row.whoMayWrite ?? 'following',
        openFollowers: self.row.openFollowers ?? false,
        timerMs: self.row.timerMs ?? 0,
      }),
    async set(change) {
      const { direct, seenReceipts, typing, whoMayWrite, openFollowers, timerMs } = change
      const { autoDownload, onlyOnWifi, mediaBudgetBytes } = change
      if (timerMs !== undefined) checkLife(timerMs)
      const before = self.row.direct
      await ledger.change(async (row) =>
        self.update(row, {
          ...(direct === undefined ? {} : { direct }),
          ...(seenReceipts === undefined ? {} : { seenReceipts }),
          ...(typing === undefined ? {} : { typing }),
          ...(whoMayWrite === undefined ? {} : { whoMayWrite }),
          ...(openFollowers === undefined ? {} : { openFollowers }),
          ...(timerMs === undefined ? {} : { timerMs }),
          ...(autoDownload === undefined ? {} : { autoDownload: cleanRules(autoDownload) }),
          ...(onlyOnWifi === undefined ? {} : { onlyOnWifi }),
          ...(mediaBudgetBytes === undefined ? {} : { mediaBudgetBytes: wholeBytes(mediaBudgetBytes) }),
        }),
      )
      if (direct !== undefined && direct !== before) handlers.directChanged(direct)
      if (onlyOnWifi !== undefined) handlers.wifiChanged()
      if (mediaBudgetBytes !== undefined) handlers.budgetChanged()
      events.emit('change', { what: 'settings' })
      if (whoMayWrite !== undefined) events.emit('change', { what: 'requests' })
    },
  }
}

function cleanRules({ photo, video, voice, file }: AutoDownload): AutoDownload {
  return { photo: wholeBytes(photo), video: wholeBytes(video), voice: wholeBytes(voice), file: wholeBytes(file) }
}

/** A caller may say "any size" as infinity. */
function wholeBytes(bytes: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, Math.floor(bytes) || 0))
}
