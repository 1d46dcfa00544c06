// To a message further up, wherever it is: what is between is loaded first.

import type { App } from '../../state/context.ts'
import { errorText } from '../../error-text.ts'
import { AppError } from '../../state/app-error.ts'

const glowMs = 1800

export async function jumpTo({ model }: Pick<App, 'model'>, conversationId: string, messageId: string): Promise<void> {
  try {
    const view = await model.calls.message(messageId)
    if (view === undefined) throw new AppError({ key: 'usage/unknown-message' })
    await model.thread(conversationId).loadBackTo(view.order)
    await nextFrame()
    const article = document.querySelector<HTMLElement>(`.feed [data-order="${view.order}"]`)
    article?.scrollIntoView({ block: 'center' })
    // What came into view has its real height now.
    await nextFrame()
    article?.scrollIntoView({ block: 'center' })
    article?.focus({ preventScroll: true })
    article?.animate([{ background: 'var(--lamp-soft)' }, { background: 'transparent' }], glowMs)
  } catch (error) {
    model.notify(errorText(error))
  }
}

function nextFrame(): Promise<unknown> {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
}
