// What a machine can find wrong with the page for people who use it in other ways, and when there is something to look at.

import axe from 'axe-core'

/** Every rule of WCAG 2.2 AA that can be checked without a person, when the page is drawn. */
export async function violations(): Promise<string[]> {
  await settled()
  const { violations: found } = await axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  })
  return found.map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary}`).join(' | ')}`,
  )
}

/** Two frames: what was asked to be drawn is drawn, and transitions are over. */
export async function settled(): Promise<void> {
  await document.fonts.ready
  for (let frame = 0; frame < 2; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve))
  // What stands still ends never.
  const running = document.getAnimations().filter(({ playState }) => playState !== 'paused')
  await Promise.all(running.map((animation) => animation.finished.catch(() => undefined)))
}

/** What can be pressed and lies partly beside the window. */
export function cutOff(width: number): string[] {
  const pressed = [...document.querySelectorAll<HTMLElement>('button, a, input, textarea')]
  return pressed
    .filter((element) => element.checkVisibility())
    .filter((element) => {
      const { left, right } = element.getBoundingClientRect()
      return left < -1 || right > width + 1
    })
    .map((element) => element.outerHTML.slice(0, 120))
}
