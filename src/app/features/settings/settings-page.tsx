// What can be set, and in plain words what is so today where nothing can be set yet.

import { useApp } from '../../state/context.ts'
import { setTheme, theme } from '../../state/theme.ts'
import type { Theme } from '../../state/theme.ts'
import { Page, Section } from '../../ui/page.tsx'
import { NotificationSettings } from './notification-settings.tsx'
import { Segments } from '../../ui/segments.tsx'
import { PrivacySettings } from './privacy-settings.tsx'
import { RecoveryWordsSettings } from './recovery-words-settings.tsx'
import { RelaySettings } from './relay-settings.tsx'
import { DownloadSettings } from './download-settings.tsx'
import { StorageSettings } from './storage-settings.tsx'
import { TransferSettings } from './transfer-settings.tsx'
import { UsageSettings } from './usage-settings.tsx'
import '../../styles/lock.css'
import '../../styles/storage.css'

const themes: readonly { readonly value: Theme; readonly name: string }[] = [
  { value: 'system', name: 'System' },
  { value: 'dark', name: 'Dark' },
  { value: 'light', name: 'Light' },
]

export function SettingsPage() {
  const { model } = useApp()
  return (
    <Page title="Settings">
      <Section title="Privacy">
        <PrivacySettings stored={model.settings.value} />
      </Section>
      <Section title="Storage">
        <StorageSettings />
        <TransferSettings />
        <DownloadSettings stored={model.settings.value} />
        <UsageSettings />
      </Section>
      <Section title="Relays">
        <RelaySettings relays={model.relays.value} />
      </Section>
      <Section title="Devices">
        <p>
          You are on one device: this browser. Your keys are nowhere else, so no other device can read your messages,
          and none can be added yet.
        </p>
      </Section>
      <Section title="Backup">
        <RecoveryWordsSettings slots={model.vault.value} />
        <p>
          There is no backup yet. If you clear this site’s data, or lose this device, your messages and your contacts
          are gone, and nobody can bring them back. Save what you want to keep.
        </p>
      </Section>
      <Section title="Notifications">
        <NotificationSettings view={model.push.value} />
      </Section>
      <Section title="Appearance">
        <fieldset class="plain">
          <legend class="visually-hidden">Theme</legend>
          <Segments name="theme" choices={themes} value={theme.value} onChange={setTheme} />
        </fieldset>
      </Section>
    </Page>
  )
}
