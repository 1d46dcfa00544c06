// Parts of the messenger that most visits do not need, loaded when something asks for them.

/** Loads once. When that fails, because the page is offline perhaps, the next call tries again. */
export function late<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined
      throw error
    })
    return loading
  }
}
