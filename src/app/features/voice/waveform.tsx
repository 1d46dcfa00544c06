// How loud a voice is over its length, as bars: those that were played in another colour.

const width = 3
const height = 32
/** Silence is still to be seen. */
const least = 2

export function Waveform({
  points = new Uint8Array(64),
  fraction,
}: {
  readonly points: Uint8Array | undefined
  /** How much of it was played. */
  readonly fraction: number
}) {
  const played = Math.round(fraction * points.length)
  const bars = [...points].map((point, at) => {
    const tall = Math.max(least, (point / 255) * height)
    return `M${at * width + 1} ${(height - tall) / 2}v${tall}`
  })
  return (
    <svg
      class="waveform"
      viewBox={`0 0 ${points.length * width} ${height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      focusable="false"
    >
      <path class="waveform-rest" d={bars.slice(played).join('')} />
      <path class="waveform-played" d={bars.slice(0, played).join('')} />
    </svg>
  )
}
