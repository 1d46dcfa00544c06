// Which actions are about messages, about groups, and about people.

import type { Body } from '../../protocol/content/content.ts'
import type { IntroductionBody } from '../people/introductions.ts'
import type { GroupBody } from '../groups/received.ts'
import type { ThreadBody } from './apply.ts'

export function isThreadBody(body: Body): body is ThreadBody {
  return body.kind === 'reaction' || body.kind === 'edit' || body.kind === 'unsend' || body.kind === 'pin'
}

export function isGroupBody(body: Body): body is GroupBody {
  return groupKinds.has(body.kind)
}

const groupKinds: ReadonlySet<Body['kind']> = new Set([
  'invitation',
  'consent',
  'operations',
  'compare',
  'picture',
  'join',
  'joining',
] satisfies readonly GroupBody['kind'][])

export function isIntroductionBody(body: Body): body is IntroductionBody {
  return body.kind === 'introduce' || body.kind === 'introduced' || body.kind === 'meet'
}
