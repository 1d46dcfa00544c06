// The app's frame: navigation, the list of conversations, and the page that was chosen. Two panes where there is room;
// one on phones.

import type { ComponentChild } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { useApp } from '../../state/context.ts'
import { href } from '../../state/route.ts'
import type { Route } from '../../state/route.ts'
import { later } from '../../ui/later.tsx'
import { ConversationPage } from '../conversation/conversation-page.tsx'
import { ConversationsPane } from '../conversations/conversations-pane.tsx'
import { Welcome } from '../conversations/welcome.tsx'
import { Navigation } from './navigation.tsx'
import { Arrived, Notices } from './notices.tsx'

const ConnectPage = later(async () => (await import('../connect/connect-page.tsx')).ConnectPage)
const JoinPage = later(async () => (await import('../join/join-page.tsx')).JoinPage)
const PostsPage = later(async () => (await import('../posts/posts-page.tsx')).PostsPage)
const ProfilePage = later(async () => (await import('../profile/profile-page.tsx')).ProfilePage)
const RequestsPage = later(async () => (await import('../requests/requests-page.tsx')).RequestsPage)
const SettingsPage = later(async () => (await import('../settings/settings-page.tsx')).SettingsPage)

export function Frame() {
  const { router } = useApp()
  const route = router.route.value
  const atList = route.page === 'conversations'
  const unused =
    (route.page === 'connect' && router.invite.value === undefined) ||
    (route.page === 'join' && router.join.value === undefined)
  useEffect(() => {
    if (unused) router.go({ page: 'conversations' }, { replace: true })
  }, [unused])
  useFocusOnPage(route)
  return (
    <div class="frame" data-page={route.page}>
      <Navigation />
      <ConversationsPane main={atList} />
      <div class="main-pane" role={atList ? 'region' : 'main'} aria-label={atList ? 'Welcome' : undefined}>
        {pageOf(route)}
      </div>
      <Notices />
      <Arrived />
    </div>
  )
}

/** On phones what was chosen goes with its page, and the focus with it: then the new page's heading gets it. */
function useFocusOnPage(route: Route): void {
  const place = href(route)
  const shown = useRef(place)
  useEffect(() => {
    if (shown.current === place) return
    shown.current = place
    const active = document.activeElement
    const isLost = active === null || active === document.body || active.getClientRects().length === 0
    const heading = document.querySelector<HTMLElement>('[role=main] h1')
    if (!isLost || heading === null) return
    heading.tabIndex = -1
    heading.focus({ preventScroll: true })
  }, [place])
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
    case 'join':
      return <JoinPage />
  }
}
