// One per tab: hands each call to the tab that owns the messenger, which may be this one, and hears its events.
//
//   views ── calls ──► client ──┬── this tab leads ──► leaderCalls(messenger)
//                               └── another leads ──► BroadcastChannel ──► that tab's client
//
// [Note: Takeover] A call is kept until it is answered. When another tab starts to lead (the old one was closed or
// died), every call that is still open goes to it again. So each call is either safe to repeat or names what it makes:
// `send` carries the id of the message.

import type { AppCalls, AppEvent } from './calls.ts'
import { AppError, toAppError, toWireError } from './app-error.ts'
import type { WireError } from './app-error.ts'

export interface AppClient {
  readonly calls: AppCalls
  /** Returns a function that ends it. */
  listen(listener: (event: AppEvent) => void): () => void
}

export interface TabClient extends AppClient {
  /** This tab owns the messenger from now on. `create` gets the function that tells every tab of an event. */
  lead(create: (emit: (event: AppEvent) => void) => AppCalls): void
  /** Every tab hears of it; this one answers no call from now on. */
  lock(): void
  close(): void
}

/** The part of BroadcastChannel that is used. */
export interface TabChannel {
  postMessage(message: unknown): void
  addEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void
  close(): void
}

type TabMessage =
  | { readonly kind: 'hello' }
  | { readonly kind: 'leader'; readonly term: string }
  | { readonly kind: 'call'; readonly id: string; readonly name: string; readonly args: readonly unknown[] }
  | { readonly kind: 'answer'; readonly id: string; readonly value?: unknown; readonly error?: WireError }
  | { readonly kind: 'event'; readonly event: AppEvent }
  | { readonly kind: 'lock' }

interface OpenCall {
  readonly id: string
  readonly name: string
  readonly args: readonly unknown[]
  resolve(value: unknown): void
  reject(error: AppError): void
}

export function createTabClient(channel: TabChannel, newId: () => string): TabClient {
  const open = new Map<string, OpenCall>()
  const listeners = new Set<(event: AppEvent) => void>()
  let own: { readonly calls: AppCalls; readonly term: string } | undefined
  let leaderTerm: string | undefined

  const tell = (event: AppEvent) => {
    for (const listener of listeners) listener(event)
  }
  const post = (message: TabMessage) => channel.postMessage(message)

  const dispatch = (call: OpenCall) => {
    if (own !== undefined) {
      void run(own.calls, call).then(
        (value) => settle(call.id, (opened) => opened.resolve(value)),
        (error: unknown) => settle(call.id, (opened) => opened.reject(toAppError(error))),
      )
    } else if (leaderTerm !== undefined) {
      try {
        post({ kind: 'call', id: call.id, name: call.name, args: call.args })
      } catch (error) {
        settle(call.id, (opened) => opened.reject(toAppError(error)))
      }
    }
  }
  const settle = (id: string, how: (call: OpenCall) => void) => {
    const call = open.get(id)
    open.delete(id)
    if (call !== undefined) how(call)
  }
  const newLeader = (term: string) => {
    if (leaderTerm === term) return
    leaderTerm = term
    tell({ kind: 'leader' })
    for (const call of open.values()) dispatch(call)
  }

  const locked = () => {
    own = undefined
    tell({ kind: 'lock' })
  }

  const answer = async (calls: AppCalls, call: { id: string; name: string; args: readonly unknown[] }) => {
    try {
      post({ kind: 'answer', id: call.id, value: await run(calls, call) })
    } catch (error) {
      post({ kind: 'answer', id: call.id, error: toWireError(error) })
    }
  }

  channel.addEventListener('message', ({ data }) => {
    const message = data as TabMessage
    switch (message.kind) {
      case 'hello':
        if (own !== undefined) post({ kind: 'leader', term: own.term })
        break
      case 'leader':
        if (own === undefined) newLeader(message.term)
        break
      case 'call':
        if (own !== undefined) void answer(own.calls, message)
        break
      case 'answer':
        settle(message.id, (call) =>
          message.error === undefined ? call.resolve(message.value) : call.reject(new AppError(message.error)),
        )
        break
      case 'event':
        tell(message.event)
        break
      case 'lock':
        locked()
        break
    }
  })
  post({ kind: 'hello' })

  return {
    calls: callsThrough((name, args) => {
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      const call = { id: newId(), name, args, resolve, reject }
      open.set(call.id, call)
      dispatch(call)
      return promise
    }),
    listen(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    lead(create) {
      const term = newId()
      const calls = create((event) => {
        tell(event)
        post({ kind: 'event', event })
      })
      own = { calls, term }
      post({ kind: 'leader', term })
      newLeader(term)
    },
    lock() {
      post({ kind: 'lock' })
      locked()
    },
    close: () => channel.close(),
  }
}

async function run(calls: AppCalls, call: { name: string; args: readonly unknown[] }): Promise<unknown> {
  if (!Object.hasOwn(calls, call.name)) throw new AppError({ key: 'app/unexpected' })
  return Reflect.apply(calls[call.name as keyof AppCalls], calls, call.args)
}

/** Every function of `AppCalls` as one function of its name. */
function callsThrough(call: (name: string, args: readonly unknown[]) => Promise<unknown>): AppCalls {
  return new Proxy({} as AppCalls, {
    // A proxy that answers to `then` would be taken for a promise.
    get: (_target, name) =>
      typeof name === 'string' && name !== 'then' ? (...args: readonly unknown[]) => call(name, args) : undefined,
  })
}
