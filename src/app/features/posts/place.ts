// Where the library keeps posts, as other views meet it: each person's as if they were a conversation, which they are not.

export interface PostsPlace {
  /** Undefined: mine. */
  readonly contactId?: string
}

/** Undefined: it is a conversation. */
export function postsPlaceOf(conversationId: string): PostsPlace | undefined {
  if (conversationId === 'posts') return {}
  return conversationId.startsWith('posts-') ? { contactId: conversationId.slice('posts-'.length) } : undefined
}
