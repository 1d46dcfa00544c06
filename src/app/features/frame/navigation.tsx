// The main navigation: a rail beside the list where there is room, a bar at the bottom on phones.

import { useApp } from '../../state/context.ts'
import { href } from '../../state/route.ts'
import type { Route } from '../../state/route.ts'
import { Icon, Mark } from '../../ui/icon.tsx'
import type { IconName } from '../../ui/icon.tsx'

export function Navigation() {
  const { model } = useApp()
  const waiting = model.requests.value?.length ?? 0
  const unread = model.unread.value
  const fresh = model.posts.value?.filter(({ hasNew }) => hasNew).length ?? 0
  return (
    <nav class="nav" aria-label="Main">
      <span class="nav-mark">
        <Mark size={30} />
      </span>
      <NavLink page="conversations" name="Messages" icon="chats" count={unread} countWord="unread" />
      <NavLink page="requests" name="Requests" icon="requests" count={waiting} countWord="waiting" />
      <NavLink page="posts" name="Posts" icon="posts" count={fresh} countWord="new" />
      <NavLink page="profile" name="Profile" icon="profile" />
      <NavLink page="settings" name="Settings" icon="settings" />
    </nav>
  )
}

function NavLink({
  page,
  name,
  icon,
  count = 0,
  countWord = '',
}: {
  readonly page: Exclude<Route['page'], 'conversation'>
  readonly name: string
  readonly icon: IconName
  readonly count?: number
  readonly countWord?: string
}) {
  const { router } = useApp()
  const current = router.route.value.page
  const here = current === page || (page === 'conversations' && current === 'conversation')
  return (
    <span class="nav-item">
      <a
        class="nav-link"
        href={href({ page })}
        aria-current={here ? 'page' : undefined}
        aria-describedby={count > 0 ? `nav-${page}-count` : undefined}
      >
        <Icon name={icon} />
        <span class="nav-name">{name}</span>
      </a>
      {count > 0 && (
        <span class={page === 'conversations' ? 'badge' : 'badge badge-quiet'} id={`nav-${page}-count`}>
          {count > 99 ? '99+' : count}
          <span class="visually-hidden"> {countWord}</span>
        </span>
      )}
    </span>
  )
}
