// Search in one conversation, beside it. Where there is room it stays open, so that one place after the other can be looked at.

import { useEffect, useRef, useState } from 'preact/hooks'
import { useApp } from '../../state/context.ts'
import { Panel } from '../contact/panel.tsx'
import { SearchResults } from './search-results.tsx'

export function SearchPanel({ conversationId }: { readonly conversationId: string }) {
  const { router } = useApp()
  const [query, setQuery] = useState('')
  const field = useRef<HTMLInputElement>(null)
  const isSearching = query.trim() !== ''
  // After the panel, which takes the focus to its heading.
  useEffect(() => field.current?.focus(), [])
  return (
    <Panel title="Search" conversationId={conversationId}>
      <input
        ref={field}
        type="search"
        class="field"
        aria-label="Find in this conversation"
        placeholder="Words, captions, descriptions"
        autocomplete="off"
        spellcheck={false}
        maxLength={200}
        value={query}
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
      {isSearching && (
        <SearchResults
          query={query}
          conversationId={conversationId}
          onGo={(event) => {
            event.preventDefault()
            if (!isBeside()) router.go({ page: 'conversation', id: conversationId })
          }}
        />
      )}
    </Panel>
  )
}

/** As in styles/contact.css: else the panel lies over the conversation, and goes when a place in it is gone to. */
function isBeside(): boolean {
  return matchMedia('(min-width: 1100px)').matches
}
