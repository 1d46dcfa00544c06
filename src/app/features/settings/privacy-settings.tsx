// Who learns what about this person.

import type { Settings } from '../../../messenger/api.ts'
import { useApp } from '../../state/context.ts'
import { Alert } from '../../ui/alert.tsx'
import { Switch } from '../../ui/switch.tsx'
import { useTask } from '../../ui/use-task.ts'
import { AppLockSettings } from './app-lock-settings.tsx'

export function PrivacySettings({ settings }: { readonly settings: Settings | undefined }) {
  const { model } = useApp()
  const task = useTask()
  const set = (change: Partial<Settings>) =>
    task.run(async () => {
      await model.calls.setSettings(change)
      await model.refresh('settings')
    })
  return (
    <>
      {task.error !== undefined && <Alert>{task.error}</Alert>}
      <Switch
        label="Direct connections"
        hint="Photos go straight to the other device, which is faster and leaves nothing on a relay. A contact you are connected with can see your IP address. Off: everything goes through your relay."
        checked={settings?.direct ?? false}
        disabled={settings === undefined || task.busy}
        onChange={(direct) => set({ direct })}
      />
      <Switch
        label="Seen receipts"
        hint="Others see when you have looked at what they sent, and you see when they have. Off: neither."
        checked={settings?.seenReceipts ?? false}
        disabled={settings === undefined || task.busy}
        onChange={(seenReceipts) => set({ seenReceipts })}
      />
      <p class="hint">Whoever can see your photos can also photograph the screen.</p>
      <AppLockSettings slots={model.vault.value} />
    </>
  )
}
