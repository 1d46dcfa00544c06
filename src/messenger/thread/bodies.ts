// Which actions are about messages, about groups, and about people.

import type { Body } from '../../protocol/content/content.ts'
import type { IntroductionBody } from '../people/introductions.ts'
import type { GroupBody } from '../groups/received.ts'
import type { ThreadBody } from './apply.ts'

export function isThreadBody(body: Body): body is ThreadBody {
  return body.kind === 'reaction' || body.kind === 'edit' || body.kind === 'unsend' || body.kind === 'pin'
}

export function isGroupBody(body: Body): body is GroupBody {
  return body.kind === 'invitation' || body.kind === 'consent' || body.kind === 'operations' || body.kind === 'compare'
}

export function isIntroductionBody(body: Body): body is IntroductionBody {
  return body.kind === 'introduce' || body.kind === 'introduced' || body.kind === 'meet'
}
