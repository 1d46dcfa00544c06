// Two browsers with the bench page, connected in both ways: as contacts of a messenger and by a bare channel.

import type { Page } from 'playwright'
import { startBrowsers } from './browsers.ts'
import type {} from './page/main.ts'

export interface TwoPages extends AsyncDisposable {
  readonly ana: Page
  readonly bo: Page
}

export async function openTwoPages(): Promise<TwoPages> {
  await using owned = new AsyncDisposableStack()
  const browsers = owned.use(await startBrowsers('page'))
  const ana = await browsers.open('bench')
  const bo = await browsers.open('bench')

  const offer = await ana.evaluate(() => window.bench.bare.offer())
  const answer = await bo.evaluate((description) => window.bench.bare.answer(description), offer)
  await ana.evaluate((description) => window.bench.bare.accept(description), answer)
  await Promise.all([ana, bo].map((page) => page.evaluate(() => window.bench.bare.open())))

  await ana.evaluate(() => window.bench.start('Ana'))
  await bo.evaluate(() => window.bench.start('Bo'))
  const link = await ana.evaluate(() => window.bench.invite())
  await Promise.all([
    ana.evaluate(() => window.bench.accept()),
    bo.evaluate((invite) => window.bench.connect(invite), link),
  ])
  await ana.evaluate(() => window.bench.direct())
  const stack = owned.move()
  return { ana, bo, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}
