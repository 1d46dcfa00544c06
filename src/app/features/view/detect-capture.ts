// What a page can notice of a picture that is taken of it: the key for it on keyboards that have one and give it to pages,
// and printing. Everything else goes by unseen: whoever looks can take a picture. That a page is hidden for a moment
// says nothing, so it is not taken for one.

/** Returns a function that ends it. Told of once. */
export function detectCapture(tell: () => void): () => void {
  const controller = new AbortController()
  const { signal } = controller
  const captured = () => {
    controller.abort()
    tell()
  }
  const onKey = ({ key }: KeyboardEvent) => {
    if (key === 'PrintScreen') captured()
  }
  // Windows gives the key to pages when it is let go, others when it is pressed.
  addEventListener('keydown', onKey, { signal, capture: true })
  addEventListener('keyup', onKey, { signal, capture: true })
  addEventListener('beforeprint', captured, { signal })
  return () => controller.abort()
}
