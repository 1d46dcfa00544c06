// Who learns what about this person.

import type { SettingsView } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { Choice } from '../../ui/choice.tsx'
import { Switch } from '../../ui/switch.tsx'
import { lifeText, lives } from '../thread/lives.ts'
import { AppLockSettings } from './app-lock-settings.tsx'
import { useSettings } from './use-settings.ts'
import { WhoMayWrite } from './who-may-write.tsx'

export function PrivacySettings({ stored }: { readonly stored: SettingsView | undefined }) {
  const { model } = useApp()
  const { settings, error, set } = useSettings(stored)
  const timerMs = settings?.timerMs ?? 0
  return (
    <>
      {error !== undefined && <Alert>{error}</Alert>}
      <Switch
        label="Direct connections"
        hint="Photos go straight to the other device, which is faster and leaves nothing on a relay. A contact you are connected with can see your IP address. Off: everything goes through your relay."
        checked={settings?.direct ?? false}
        disabled={settings === undefined}
        onChange={(direct) => set({ direct })}
      />
      <Switch
        label="Seen receipts"
        hint="Others see when you have looked at what they sent, and you see when they have. Off: neither."
        checked={settings?.seenReceipts ?? false}
        disabled={settings === undefined}
        onChange={(seenReceipts) => set({ seenReceipts })}
      />
      <Switch
        label="Typing"
        hint="Contacts whom you are connected with directly see that you are writing to them, and you see when they do. Off: neither."
        checked={settings?.typing ?? false}
        disabled={settings === undefined}
        onChange={(typing) => set({ typing })}
      />
      <Choice
        label="Timer of new conversations"
        value={timerMs}
        values={lives.includes(timerMs) ? lives : [...lives, timerMs].toSorted((a, b) => a - b)}
        words={lifeText}
        disabled={settings === undefined}
        onChoose={(lifeMs) => set({ timerMs: lifeMs })}
      />
      <p class="hint">
        In conversations that begin from now on, messages disappear so long after they were seen. Each has its own timer
        under Details.
      </p>
      <WhoMayWrite settings={settings} onChoose={(whoMayWrite) => set({ whoMayWrite })} />
      <Switch
        label="Followers need my word"
        hint="Whoever wants to follow you waits in your profile until you approve them; before, they get none of your posts. Off: every contact who wants to follow you gets them at once."
        checked={settings?.openFollowers === false}
        disabled={settings === undefined}
        onChange={(needsWord) => set({ openFollowers: !needsWord })}
      />
      <p class="hint">Whoever can see your photos can also photograph the screen.</p>
      <AppLockSettings slots={model.vault.value} />
    </>
  )
}
