// A way on for what takes a while: whoever has gone elsewhere meanwhile stays there.

import type { Router } from './route.ts'

/** From where the person is now. It leads nowhere once they have left that place, also when they are back. */
export function fromHere(router: Router): Router['go'] {
  const here = router.route.peek()
  return (to, options) => {
    if (router.route.peek() === here) router.go(to, options)
  }
}
