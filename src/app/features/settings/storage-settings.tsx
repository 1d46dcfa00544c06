// How much is stored here, and whether the browser may throw it away.

import { useEffect, useState } from 'preact/hooks'
import { formatBytes } from '../../state/format.ts'

interface Usage {
  readonly usedBytes: number
  readonly quotaBytes: number
  readonly persistent: boolean
}

export function StorageSettings() {
  const [usage, setUsage] = useState<Usage>()
  const [refused, setRefused] = useState(false)
  const look = async () => {
    const { usage: usedBytes = 0, quota: quotaBytes = 0 } = await navigator.storage.estimate()
    setUsage({ usedBytes, quotaBytes, persistent: await navigator.storage.persisted() })
  }
  useEffect(() => void look().catch(() => undefined), [])
  if (usage === undefined) return <p class="hint">This browser does not tell how much is stored.</p>
  const keep = async () => {
    setRefused(!(await navigator.storage.persist()))
    await look()
  }
  return (
    <>
      <p>
        Safelight uses <strong>{formatBytes(usage.usedBytes)}</strong> of the {formatBytes(usage.quotaBytes)} that this
        browser lets it have. Everything stored is sealed.
      </p>
      <meter class="meter" aria-label="Storage used" min={0} max={usage.quotaBytes} value={usage.usedBytes} />
      {usage.persistent ? (
        <p class="hint">The browser has promised to keep it when the device runs out of space.</p>
      ) : (
        <>
          <p class="hint">
            {refused
              ? 'The browser did not promise it this time. Visit often, or add the page to your home screen, and ask again.'
              : 'The browser may throw it away when the device runs out of space.'}
          </p>
          <button type="button" class="button" onClick={() => void keep()}>
            Ask the browser to keep it
          </button>
        </>
      )}
    </>
  )
}
