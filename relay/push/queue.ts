// Pushes wait here for their turn: so many at once, and of them a share for each service.
//
// [Note: Shares] A service that hangs holds each push for as long as `pushTimeoutMs`. A service that is named, by the
// operator or by default, has a share of its own, which nothing else uses up. What is not named, with
// `push-hosts = "any"`, is what people choose, under as many names as they like: all of it together goes out apart, so it
// keeps no named service waiting, and each name has a small part of that.

import type { RelayLimits } from '../limits.ts'
import type { EndpointRule } from './endpoint-rule.ts'
import { namedServices, serviceOf } from './endpoint-rule.ts'
import { createLanes } from './lanes.ts'

export interface PushQueue {
  /** In the order of their service. The job must not reject. */
  add(endpoint: string, job: () => Promise<void>): void
}

export function createPushQueue({ rule, limits }: { rule: EndpointRule; limits: RelayLimits }): PushQueue {
  const share = Math.floor(limits.pushesAtOnce / namedServices(rule).length)
  const named = createLanes({
    atOnce: limits.pushesAtOnce,
    perLane: Math.max(1, Math.min(share, limits.pushesPerHost)),
  })
  const others = createLanes({ atOnce: limits.otherPushesAtOnce, perLane: limits.pushesPerOtherHost })

  return {
    add(endpoint, job) {
      const service = serviceOf(endpoint, rule)
      if (service === undefined) others.add(new URL(endpoint).host, job)
      else named.add(service, job)
    },
  }
}
