// Where posts will be.

import { Page } from '../../ui/page.tsx'

export function PostsPage() {
  return (
    <Page title="Posts">
      <div class="empty-page">
        <p class="lead">There are no posts in Safelight yet.</p>
        <p class="hint">
          This page will hold photos and videos that people you follow show for 24 hours, and your own with the list of
          who has seen them. Until then, send photos in a conversation.
        </p>
      </div>
    </Page>
  )
}
