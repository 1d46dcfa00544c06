// Keys in a feed (WAI-ARIA feed pattern): Page Up and Page Down go from message to message, Control and End past the last.

export function moveInFeed(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  const next = destination(event)
  if (!(next instanceof HTMLElement)) return
  event.preventDefault()
  next.focus()
}

function destination({ key, ctrlKey, target, currentTarget }: KeyboardEvent & { readonly currentTarget: HTMLElement }) {
  if (key === 'End' && ctrlKey) return placeToWrite(currentTarget)
  if (target !== currentTarget) return undefined
  if (key === 'PageDown') return currentTarget.nextElementSibling
  return key === 'PageUp' ? currentTarget.previousElementSibling : undefined
}

/** Of the conversation that an element is in; none while it is closed. */
export function placeToWrite(element: Element): HTMLElement | null | undefined {
  return element.closest('.conversation')?.querySelector<HTMLElement>('.composer-field')
}
