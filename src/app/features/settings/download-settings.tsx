// What is fetched by itself, and how much room received media may take.

import type { AutoDownload, SettingsView } from '../../../messenger/api.ts'
import { formatBytes } from '../../state/format.ts'
import { Alert } from '../../ui/alert.tsx'
import { Choice } from '../../ui/choice.tsx'
import { Switch } from '../../ui/switch.tsx'
import { useSettings } from './use-settings.ts'

const mebibyte = 1024 * 1024
const gibibyte = 1024 * mebibyte
/** As large as media can be. */
const all = 4 * gibibyte

const kinds = [
  { kind: 'photo', name: 'Photos' },
  { kind: 'video', name: 'Videos' },
  { kind: 'voice', name: 'Voice messages' },
  { kind: 'file', name: 'Files' },
] as const
const sizes = [0, mebibyte, 8 * mebibyte, 64 * mebibyte, 512 * mebibyte, all]
const budgets = [0, gibibyte / 2, gibibyte, 2 * gibibyte, 8 * gibibyte, 32 * gibibyte]

export function DownloadSettings({ stored }: { readonly stored: SettingsView | undefined }) {
  const { settings, error, set } = useSettings(stored)
  if (settings === undefined) return null
  const { autoDownload, onlyOnWifi, tellsWifi, mediaBudgetBytes } = settings
  const setKind = (kind: keyof AutoDownload, bytes: number) => set({ autoDownload: { ...autoDownload, [kind]: bytes } })
  return (
    <>
      <h3>Downloads</h3>
      <p class="hint">
        What contacts send up to this size is fetched by itself. The rest waits for you to ask for it; whoever sent it
        is not told that it was delivered before. Nothing of a request is fetched.
      </p>
      {kinds.map(({ kind, name }) => (
        <Choice
          key={kind}
          label={name}
          value={autoDownload[kind]}
          values={including(autoDownload[kind], sizes)}
          words={downloadWords}
          onChoose={(bytes) => setKind(kind, bytes)}
        />
      ))}
      <Switch
        label="Only on Wi-Fi"
        hint={
          tellsWifi
            ? 'On a mobile network nothing is fetched by itself; what was under way goes on when you are back on Wi-Fi or a cable. What you ask for is fetched anywhere. A phone that shares its connection looks like Wi-Fi.'
            : 'This browser does not tell whether you are on Wi-Fi or on a mobile network, so Safelight cannot go by that. Choose sizes above that suit both.'
        }
        checked={onlyOnWifi && tellsWifi}
        disabled={!tellsWifi}
        onChange={(on) => set({ onlyOnWifi: on })}
      />
      <h3>Room for media</h3>
      <p class="hint">
        Beyond it, those received that you have not looked at for longest make room. They can be fetched again where
        somebody still has them. What you sent stays.
      </p>
      <Choice
        label="Received media may take"
        value={mediaBudgetBytes}
        values={including(mediaBudgetBytes, budgets)}
        words={(bytes) => (bytes === 0 ? 'No bound' : formatBytes(bytes))}
        onChoose={(bytes) => set({ mediaBudgetBytes: bytes })}
      />
      {error !== undefined && <Alert>{error}</Alert>}
    </>
  )
}

function downloadWords(bytes: number): string {
  if (bytes === 0) return 'Never'
  return bytes >= all ? 'Always' : `Up to ${formatBytes(bytes)}`
}

/** With what was set elsewhere. */
function including(value: number, values: readonly number[]): readonly number[] {
  return values.includes(value) ? values : [...values, value].toSorted((a, b) => a - b)
}
