// Keys in a feed: Page Up and Page Down go from message to message (WAI-ARIA feed pattern).

export function moveInFeed(event: KeyboardEvent & { readonly currentTarget: HTMLElement }): void {
  if (event.target !== event.currentTarget || (event.key !== 'PageDown' && event.key !== 'PageUp')) return
  const { currentTarget } = event
  const next = event.key === 'PageDown' ? currentTarget.nextElementSibling : currentTarget.previousElementSibling
  if (!(next instanceof HTMLElement)) return
  event.preventDefault()
  next.focus()
}
