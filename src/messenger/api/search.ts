// Finding what was said, and people.

import type { MessageView } from './messages.ts'

export interface SearchApi {
  /**
   * Messages in whose text, captions or descriptions every word of the query is found, at the beginning or inside of words, and
   * people and groups by their names; the newest first. Letters count without case and accents. The first search reads all
   * messages, which takes seconds when there are very many; what is read is held in memory only, and given up after a while.
   * Nothing of a message that is to be viewed once or was taken back is found.
   */
  find(
    query: string,
    options?: { readonly conversationId?: string; readonly limit?: number; readonly signal?: AbortSignal },
  ): Promise<SearchResult>
}

export interface SearchResult {
  readonly people: readonly { readonly conversationId: string; readonly name: string }[]
  /** At most `limit`, 50 by default. */
  readonly messages: readonly MessageView[]
  /** There are more. */
  readonly more: boolean
}
