// What I do to messages is loaded when I do something: most of what happens to them comes from others.

import type { Context } from '../context.ts'
import type { SendAction } from '../delivery/actions.ts'
import { late } from '../late.ts'
import type { ApplyToMessage } from './apply.ts'
import type { ThreadApi } from './thread.ts'

export function lazyThread(context: Context, apply: ApplyToMessage, send: SendAction): ThreadApi {
  const load = late(async () => (await import('./thread.ts')).createThreadApi(context, apply, send))
  return {
    react: async (id, emoji) => (await load()).react(id, emoji),
    edit: async (id, text) => (await load()).edit(id, text),
    unsend: async (ids) => (await load()).unsend(ids),
    pin: async (id, isPinned) => (await load()).pin(id, isPinned),
  }
}
