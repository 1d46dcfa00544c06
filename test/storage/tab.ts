// Another tab of the browser, on an origin of its own if wanted, which can be closed in the middle of its work.

import type * as tabScripts from './tab-scripts.ts'

type Scripts = typeof tabScripts

const scripts = new URL('tab-scripts.ts', import.meta.url).pathname

export interface Tab {
  /** Calls an exported function of `tab-scripts.ts` in the tab. Its parameters and its result are cloned. */
  run<Name extends keyof Scripts>(name: Name, ...parameters: Parameters<Scripts[Name]>): Promise<unknown>
  close(): void
}

export async function openTab(origin = location.origin): Promise<Tab> {
  const tab = window.open(`${origin}/test/storage/tab.xhtml`)
  if (!tab) throw new Error('the browser opened no tab')
  await nextMessage(tab)
  return {
    async run(name, ...parameters) {
      const answer = nextMessage(tab)
      tab.postMessage({ module: scripts, name, parameters }, '*')
      const data = await answer
      if (typeof data === 'object' && data !== null && 'failure' in data) throw new Error(String(data.failure))
      return typeof data === 'object' && data !== null && 'value' in data ? data.value : undefined
    },
    close: () => tab.close(),
  }
}

function nextMessage(tab: Window): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<unknown>()
  const listener = ({ source, data }: MessageEvent<unknown>): void => {
    if (source !== tab) return
    window.removeEventListener('message', listener)
    resolve(data)
  }
  window.addEventListener('message', listener)
  return promise
}
