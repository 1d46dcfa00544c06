// What a page can notice of a picture that is taken of it: keys for it, where the system or the browser gives them to pages,
// and printing. Everything else goes by unseen: whoever looks can take a picture. That a page is hidden or loses the
// keys for a moment says nothing, so it is not taken for one (docs/decisions/0011-views.md).

/** Returns a function that ends it. Told of once. */
export function detectCapture(tell: () => void): () => void {
  const controller = new AbortController()
  const { signal } = controller
  const captured = () => {
    controller.abort()
    tell()
  }
  const onKey = (pressed: KeyboardEvent) => {
    if (isForCapture(pressed)) captured()
  }
  // Windows gives the key to pages when it is let go, others when it is pressed.
  addEventListener('keydown', onKey, { signal, capture: true })
  addEventListener('keyup', onKey, { signal, capture: true })
  addEventListener('beforeprint', captured, { signal })
  return () => controller.abort()
}

/**
 * `PrintScreen`, with whatever else is held; Ctrl+Shift+S of Firefox and Edge, Shift+Windows+S; Shift+Command+3 to 6 of a Mac.
 * By the place of the key, for Shift changes what it writes.
 */
function isForCapture({ key, code, ctrlKey, metaKey, shiftKey }: KeyboardEvent): boolean {
  if (key === 'PrintScreen') return true
  if (!shiftKey) return false
  return (code === 'KeyS' && (ctrlKey || metaKey)) || (metaKey && /^Digit[3-6]$/.test(code))
}
