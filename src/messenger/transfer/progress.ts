// How far each transfer is, in memory only: what is really there is what the stores say.

export interface Progress {
  begin(blobId: string, total: number, done: number): void
  step(blobId: string): void
  of(blobId: string): { readonly done: number; readonly total: number } | undefined
  end(blobId: string): void
}

/** `changed` is called for every step; whoever shows it thins it out. */
export function createProgress(changed: (blobId: string) => void): Progress {
  const blobs = new Map<string, { done: number; readonly total: number }>()
  return {
    begin(blobId, total, done) {
      blobs.set(blobId, { done, total })
      changed(blobId)
    },
    step(blobId) {
      const entry = blobs.get(blobId)
      if (entry === undefined) return
      entry.done = Math.min(entry.total, entry.done + 1)
      changed(blobId)
    },
    of: (blobId) => blobs.get(blobId),
    end(blobId) {
      blobs.delete(blobId)
    },
  }
}
