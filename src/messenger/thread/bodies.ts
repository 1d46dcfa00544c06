// Which actions are about messages.

import type { Body } from '../../protocol/content/content.ts'
import type { ThreadBody } from './apply.ts'

export function isThreadBody(body: Body): body is ThreadBody {
  return body.kind === 'reaction' || body.kind === 'edit' || body.kind === 'unsend' || body.kind === 'pin'
}
