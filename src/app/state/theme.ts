// Dark, light, or as the system says. Kept per browser, outside of the profile: it must be known before the first paint.

import { signal } from '@preact/signals'
import { keptIn } from './kept.ts'

export type Theme = 'system' | 'dark' | 'light'

const themeKey = 'safelight:theme'
const kept = keptIn(() => localStorage)

export const theme = signal<Theme>('system')

export function startTheme(): void {
  const stored = kept.get(themeKey)
  if (stored === 'dark' || stored === 'light') setTheme(stored)
}

export function setTheme(chosen: Theme): void {
  theme.value = chosen
  kept.set(themeKey, chosen === 'system' ? undefined : chosen)
  if (chosen === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = chosen
}
