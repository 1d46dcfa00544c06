// Bounds of what is edited here. A photo is somebody's own file, but it may come from anywhere.

export const editorLimits = {
  /** Pixels that are decoded at all, as many as the preparation of photos decodes: 480 MB for a moment. */
  decodedPixels: 120_000_000,
  /** Pixels of an edited photo: those of HD, the largest canvas of iOS. Three canvases of it, 200 MB, are drawn on at once. */
  resultPixels: 16_777_216,
  /** WebP has no more than 16,383 a side. */
  resultEdge: 16_000,
  /** What is drawn on the screen while editing is made anew with each change. */
  previewEdge: 1280,
  /** Steps that can be undone; each shares with its neighbours what did not change. */
  steps: 200,
  /** Of one stroke: a minute of a pen at 60 points a second. Later ones are dropped. */
  strokePoints: 3600,
  /** Characters of one text on a picture. */
  text: 200,
  /** Degrees to each side; more would leave little of the picture. */
  straightenDegrees: 20,
} as const
