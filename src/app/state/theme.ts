// Dark, light, or as the system says. Kept per browser, outside of the profile: it must be known before the first paint.

import { signal } from '@preact/signals'

export type Theme = 'system' | 'dark' | 'light'

const themeKey = 'safelight:theme'

export const theme = signal<Theme>('system')

export function startTheme(): void {
  const stored = localStorage.getItem(themeKey)
  if (stored === 'dark' || stored === 'light') setTheme(stored)
}

export function setTheme(chosen: Theme): void {
  theme.value = chosen
  if (chosen === 'system') {
    localStorage.removeItem(themeKey)
    delete document.documentElement.dataset['theme']
  } else {
    localStorage.setItem(themeKey, chosen)
    document.documentElement.dataset['theme'] = chosen
  }
}
