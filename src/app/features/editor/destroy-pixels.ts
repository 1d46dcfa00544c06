// Blurs so that nothing can be made out again. A mere blur, or large blocks, can be undone or guessed: every pixel still
// has its share in the result. Here all that is read of a region is the average colour of at most 16 fields. Noise is
// added to those, and what is shown is painted between them; each pixel of the region is replaced.
//
//   region ──average──▶ 4 × 4 colours ──+ noise──▶ 4 × 4 colours ──smooth──▶ every pixel of the region
//
// What still can be known: about how light and of what colour each of the fields was, give or take the noise.

/** RGBA, row by row, as ImageData. */
export interface Pixels {
  readonly data: Uint8ClampedArray
  readonly width: number
  readonly height: number
}

/** A face is known by far more. */
export const fieldsPerSide = 4
/** Of 255, up and down: more than what the averages of two faces differ by, less than what would look broken. */
export const noiseAmplitude = 32

const channels = 3

/**
 * Replaces the pixels that are covered, in place. `noise` gives numbers from 0 to 1 that nobody can foresee or repeat.
 * The result depends on nothing but the average of each field, which pixels are covered, and the noise.
 */
export function destroyPixels(pixels: Pixels, covered: (x: number, y: number) => boolean, noise: () => number): void {
  const { data, width, height } = pixels
  const side = fieldsPerSide
  const sums = new Float64Array(side * side * channels)
  const counts = new Float64Array(side * side)
  const mask = new Uint8Array(width * height)
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor((y * side) / height)
    for (let x = 0; x < width; x += 1) {
      if (!covered(x, y)) continue
      const at = y * width + x
      mask[at] = 1
      const field = row * side + Math.floor((x * side) / width)
      counts[field] = (counts[field] ?? 0) + 1
      for (let channel = 0; channel < channels; channel += 1) {
        const sum = field * channels + channel
        sums[sum] = (sums[sum] ?? 0) + (data[at * 4 + channel] ?? 0)
      }
    }
  }
  const colours = noisyAverages(sums, counts, noise)
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * width + x
      if (mask[at] === 0) continue
      for (let channel = 0; channel < channels; channel += 1) {
        data[at * 4 + channel] = between(colours, ((x + 0.5) * side) / width, ((y + 0.5) * side) / height, channel)
      }
      data[at * 4 + 3] = 255
    }
  }
}

/** Fields of which nothing is covered get the colour of the whole, so that they do not shine in. */
function noisyAverages(sums: Float64Array, counts: Float64Array, noise: () => number): Float64Array {
  const all = counts.reduce((sum, count) => sum + count, 0)
  return sums.map((sum, index) => {
    const count = counts[Math.floor(index / channels)] ?? 0
    const average = count > 0 ? sum / count : total(sums, index % channels) / Math.max(1, all)
    return average + (noise() * 2 - 1) * noiseAmplitude
  })
}

function total(sums: Float64Array, channel: number): number {
  return sums.reduce((sum, part, index) => (index % channels === channel ? sum + part : sum), 0)
}

/** Between the middles of the fields, in a curve that is level at each of them: no edges of fields can be seen. */
function between(colours: Float64Array, across: number, down: number, channel: number): number {
  const [left, right, x] = neighbours(across)
  const [top, bottom, y] = neighbours(down)
  const colour = (column: number, row: number) => colours[(row * fieldsPerSide + column) * channels + channel] ?? 0
  const upper = colour(left, top) * (1 - x) + colour(right, top) * x
  const lower = colour(left, bottom) * (1 - x) + colour(right, bottom) * x
  return upper * (1 - y) + lower * y
}

function neighbours(at: number): readonly [before: number, after: number, share: number] {
  const middle = at - 0.5
  const before = Math.floor(middle)
  const t = middle - before
  const inside = (field: number) => Math.min(fieldsPerSide - 1, Math.max(0, field))
  return [inside(before), inside(before + 1), t * t * (3 - 2 * t)]
}
