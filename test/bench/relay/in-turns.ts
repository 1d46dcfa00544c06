const atOnce = 20

/** Does the work `count` times, a few of them at once. */
export async function inTurns(count: number, work: () => Promise<void>): Promise<void> {
  let left = count
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left-- > 0) await work()
    }),
  )
}
