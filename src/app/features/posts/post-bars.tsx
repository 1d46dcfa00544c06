// How many frames there are of somebody, and how far the one on the screen is. What does not move is timed by the bar itself.

export function PostBars({
  count,
  at,
  lengthMs,
  fraction,
  plays,
  onEnd,
}: {
  readonly count: number
  readonly at: number
  /** Undefined: a film, or nothing to be seen yet; `fraction` tells. */
  readonly lengthMs: number | undefined
  readonly fraction: number
  readonly plays: boolean
  readonly onEnd: () => void
}) {
  return (
    <div class="post-bars" aria-hidden="true">
      {Array.from({ length: count }, (_, index) => (
        <span class="post-bar" key={index}>
          {index === at && lengthMs !== undefined ? (
            <span
              class={plays ? 'post-bar-runs' : 'post-bar-runs paused'}
              style={{ '--length': `${lengthMs}ms` }}
              onAnimationEnd={onEnd}
            />
          ) : (
            <span style={{ '--done': String(index < at ? 1 : index > at ? 0 : fraction) }} />
          )}
        </span>
      ))}
    </div>
  )
}
