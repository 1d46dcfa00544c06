// Somewhere segments may be had: a direct link or a relay.

export interface SegmentSource {
  /**
   * Somebody who got the same message, and has no other reason to have its segments: of the first wrong one on nothing of
   * this blob is taken from them. What its sender or a relay has wrong is only as good as missing.
   */
  readonly holderId?: string
  /** How many it may be asked for at a time, where that has a bound of its own. */
  readonly atOnce?: number
  /** Of a relay: which segments it has, as a bitmap. @throws TransportError */
  present?(blobId: string, signal: AbortSignal): Promise<Uint8Array | undefined>
  /** Calls `sink` for each segment it can give; leaves out the others. @throws TransportError */
  fetch(
    blobId: string,
    indexes: readonly number[],
    sink: (index: number, bytes: Uint8Array) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void>
}
