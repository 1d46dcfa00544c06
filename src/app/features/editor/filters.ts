// Filters: each gives a pixel new colours as sums of its old ones, mixed with the old ones by its strength.

export type FilterName = 'none' | 'mono' | 'warm' | 'cool' | 'vivid' | 'faded' | 'sepia'

/** For red, green and blue: shares of red, green, blue, and what is added of 255. */
type Mix = readonly [red: Share, green: Share, blue: Share]
type Share = readonly [red: number, green: number, blue: number, added: number]

const same: Mix = [
  [1, 0, 0, 0],
  [0, 1, 0, 0],
  [0, 0, 1, 0],
]
const grey: Share = [0.2126, 0.7152, 0.0722, 0]

const mixes: Readonly<Record<FilterName, Mix>> = {
  none: same,
  mono: [grey, grey, grey],
  warm: [
    [1.08, 0.04, 0, 0.02],
    [0, 1.02, 0, 0.01],
    [0, 0, 0.84, 0],
  ],
  cool: [
    [0.86, 0, 0, 0],
    [0, 1, 0.02, 0.01],
    [0, 0.06, 1.08, 0.03],
  ],
  vivid: [saturated(0), saturated(1), saturated(2)],
  faded: [
    [0.74, 0.06, 0.02, 0.14],
    [0.04, 0.74, 0.04, 0.13],
    [0.02, 0.06, 0.72, 0.15],
  ],
  sepia: [
    [0.393, 0.769, 0.189, 0],
    [0.349, 0.686, 0.168, 0],
    [0.272, 0.534, 0.131, 0],
  ],
}

/** Changes RGBA pixels in place; `strength` from 0, nothing, to 1. What is transparent stays so. */
export function applyFilter(data: Uint8ClampedArray, name: FilterName, strength: number): void {
  if (name === 'none' || strength === 0) return
  const [r, g, b] = mixes[name].map((share, channel) => mixed(share, channel, strength))
  if (r === undefined || g === undefined || b === undefined) return
  for (let at = 0; at + 3 < data.length; at += 4) {
    const [red = 0, green = 0, blue = 0] = [data[at], data[at + 1], data[at + 2]]
    data[at] = r[0] * red + r[1] * green + r[2] * blue + r[3] * 255
    data[at + 1] = g[0] * red + g[1] * green + g[2] * blue + g[3] * 255
    data[at + 2] = b[0] * red + b[1] * green + b[2] * blue + b[3] * 255
  }
}

function mixed(share: Share, channel: number, strength: number): Share {
  const part = (at: 0 | 1 | 2) => share[at] * strength + (at === channel ? 1 - strength : 0)
  return [part(0), part(1), part(2), share[3] * strength]
}

/** Away from grey, and a little darker below so that it does not look washed out. */
function saturated(channel: number): Share {
  const more = 0.38
  const part = (at: 0 | 1 | 2) => (at === channel ? 1 + more : 0) - more * grey[at]
  return [part(0), part(1), part(2), -0.015]
}
