// Tells the other side that something is being written: while the words change, and no more often than they have to hear it.

import { useRef } from 'preact/hooks'
import { useApp } from '../../state/context.ts'

const everyMs = 4000

/** To be called with each change of the words. */
export function useTyping(conversationId: string): (text: string) => void {
  const { model } = useApp()
  const toldAt = useRef(-Infinity)
  return (text) => {
    const now = performance.now()
    if (text.trim() === '' || now - toldAt.current < everyMs) return
    toldAt.current = now
    void model.calls.typing(conversationId, true).catch(() => undefined)
  }
}
