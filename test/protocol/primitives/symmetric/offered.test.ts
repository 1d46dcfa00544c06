// Who brings the native symmetric primitives in: the platform of Node, and nothing else.

import { expect, it } from 'vitest'
import { nodePlatform } from '../../../../src/node.ts'
import { baselineSymmetric } from '../../../../src/protocol/primitives/symmetric/baseline.ts'
import { symmetric } from '../../../../src/protocol/primitives/symmetric/choice.ts'

it('are those of noble until there is a platform of Node, and native from then on', () => {
  expect(symmetric()).toBe(baselineSymmetric)
  // Nothing is made in the folder before the platform is opened.
  nodePlatform({ directory: '/nowhere' })
  expect(symmetric()).not.toBe(baselineSymmetric)
})
