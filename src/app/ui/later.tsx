// A view whose code comes after the first paint: the first look at the app does not wait for what is opened later.

import { h } from 'preact'
import type { FunctionComponent } from 'preact'
import { signal } from '@preact/signals'
import { Alert } from './alert.tsx'

const waiting: (() => void)[] = []

export function later<P extends object>(load: () => Promise<FunctionComponent<P>>): FunctionComponent<P> {
  const view = signal<{ readonly it: FunctionComponent<P> }>()
  const failed = signal(false)
  let loading = false
  const start = () => {
    if (loading) return
    loading = true
    load().then(
      (it) => (view.value = { it }),
      () => {
        loading = false
        failed.value = true
      },
    )
  }
  waiting.push(start)
  return function Later(props: P) {
    if (view.value !== undefined) return h(view.value.it, props)
    start()
    return failed.value ? (
      <Alert>This part of the page could not be loaded. Check your connection and open it again.</Alert>
    ) : null
  }
}

/** Fetches all of them, so that they are there when they are opened. */
export function loadLater(): void {
  for (const start of waiting) start()
}
