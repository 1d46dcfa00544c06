// Being woken while nothing of Safelight runs: the home relay sends an empty push when something comes. What is in it no
// one learns from that; the push service of the browser's maker learns when.

export interface PushApi {
  get(): Promise<PushView>
  /**
   * The home relay's public key, base64url: `applicationServerKey` of `PushManager.subscribe`. Undefined: it wakes nobody.
   * @throws TransportError when it does not answer
   */
  key(): Promise<string | undefined>
  /**
   * Has the home relay wake this subscription for all contacts, also those to come, until `disable`. Resolves when that is
   * stored; the relay hears of it as soon as it is reached. The same again changes nothing.
   * @throws UsageError `bad-endpoint`
   */
  enable(subscription: PushTarget): Promise<void>
  /**
   * The same for what a program does by itself: another subscription in the place of an earlier one. Does nothing where it
   * is off, so that it never undoes a `disable`. @throws UsageError `bad-endpoint`
   */
  renew(subscription: PushTarget): Promise<void>
  /** Resolves when that is stored; relays are told as soon as they are reached. */
  disable(): Promise<void>
}

export interface PushTarget {
  readonly endpoint: string
  /** What `key` gave, that the browser made the subscription with: pushes signed with another do not arrive. */
  readonly key: string
}

export interface PushView {
  /**
   * `pending`: the relay has not heard of it yet. `stale`: another relay is the home relay now, or its key is another:
   * subscribe again with `key`, then `renew`. `refused`: the relay sends nothing to this push service.
   */
  readonly state: 'off' | 'pending' | 'on' | 'stale' | 'refused'
}
