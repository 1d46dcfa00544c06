// Beside the list, before a conversation is chosen.

import { useApp } from '../../state/context.ts'
import { href } from '../../state/route.ts'
import { Mark } from '../../ui/icon.tsx'

export function Welcome() {
  const { model } = useApp()
  const alone = model.conversations.value?.length === 0
  return (
    <div class="centre">
      <div class="welcome">
        <Mark size={64} />
        <h2>{alone ? `Hello, ${model.profile.value?.name ?? ''}` : 'Choose a conversation'}</h2>
        <p class="hint">
          {alone
            ? 'Send somebody your invite. When they open it, you can exchange photos that only the two of you can see.'
            : 'Photos and videos go straight to the other person, sealed on the way.'}
        </p>
        {alone && (
          <a class="button button-primary" href={href({ page: 'profile' })}>
            Get your invite
          </a>
        )}
      </div>
    </div>
  )
}
