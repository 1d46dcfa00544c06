// What the `session` bench asks of both implementations: two people with a session that both have confirmed, whose every
// step is stored before the next. Storage is a map in memory that holds the session as bytes, one row a person.

export interface Conversation {
  /** Ana seals, Bo opens, `count` times: one epoch, or one sending chain. */
  oneWay(count: number): Promise<void>
  /** Bo and Ana answer each other, `count` messages in all: a new epoch with each. */
  takingTurns(count: number): Promise<void>
}

export interface ConversationOptions {
  /**
   * Whether each step decodes the session from its row first. Otherwise the decoded one is held beside it, as both
   * messengers do. The row is written in any case.
   */
  readonly isReread: boolean
}

export interface WorkerOptions extends ConversationOptions {
  readonly side: 'ours' | 'reference'
  /** Whether the platform offers its symmetric primitives, as that of Node does and a browser cannot. */
  readonly hasNativeSymmetric: boolean
  /** Whether the thread's WebCrypto has ML-KEM. */
  readonly hasNativeKem: boolean
}

export interface Job {
  readonly work: keyof Conversation
  readonly count: number
}

/** A short message with what travels beside it. */
export const message: Uint8Array<ArrayBuffer> = new Uint8Array(300).fill(7)
