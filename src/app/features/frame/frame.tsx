// The app's frame: navigation, the list of conversations, and the page that was chosen. Two panes where there is room;
// one on phones.

import type { ComponentChild } from 'preact'
import { useEffect } from 'preact/hooks'
import { useApp } from '../../state/context.ts'
import type { Route } from '../../state/route.ts'
import { ConnectPage } from '../connect/connect-page.tsx'
import { ConversationPage } from '../conversation/conversation-page.tsx'
import { ConversationsPane } from '../conversations/conversations-pane.tsx'
import { Welcome } from '../conversations/welcome.tsx'
import { PostsPage } from '../posts/posts-page.tsx'
import { ProfilePage } from '../profile/profile-page.tsx'
import { RequestsPage } from '../requests/requests-page.tsx'
import { SettingsPage } from '../settings/settings-page.tsx'
import { Navigation } from './navigation.tsx'
import { Notices } from './notices.tsx'

export function Frame() {
  const { router } = useApp()
  const route = router.route.value
  const unused = route.page === 'connect' && router.invite.value === undefined
  useEffect(() => {
    if (unused) router.go({ page: 'conversations' }, { replace: true })
  }, [unused])
  return (
    <div class="frame" data-page={route.page}>
      <Navigation />
      <ConversationsPane />
      <main class="main-pane">{pageOf(route)}</main>
      <Notices />
    </div>
  )
}

function pageOf(route: Route): ComponentChild {
  switch (route.page) {
    case 'conversations':
      return <Welcome />
    case 'conversation':
      return <ConversationPage key={route.id} id={route.id} />
    case 'requests':
      return <RequestsPage />
    case 'posts':
      return <PostsPage />
    case 'profile':
      return <ProfilePage />
    case 'settings':
      return <SettingsPage />
    case 'connect':
      return <ConnectPage />
  }
}
