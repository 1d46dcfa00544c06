// How far a picture is enlarged and moved, as numbers alone. The picture fills the stage at 1; points and shifts are CSS
// pixels from the middle of the stage.

export interface Zoom {
  readonly scale: number
  readonly x: number
  readonly y: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

export const wholePicture: Zoom = { scale: 1, x: 0, y: 0 }
/** Beyond, there are only single pixels to see. */
const maxScale = 8

/** Enlarges around a point: what is under it stays under it. */
export function zoomAt(zoom: Zoom, factor: number, point: { readonly x: number; readonly y: number }): Zoom {
  const scale = Math.min(maxScale, Math.max(1, zoom.scale * factor))
  const by = scale / zoom.scale
  return { scale, x: point.x - (point.x - zoom.x) * by, y: point.y - (point.y - zoom.y) * by }
}

export function moveBy(zoom: Zoom, x: number, y: number): Zoom {
  return { ...zoom, x: zoom.x + x, y: zoom.y + y }
}

/** Brings it back so far that no edge of the picture leaves the stage's edge behind, and in the middle where it is smaller. */
export function kept(zoom: Zoom, stage: Size, picture: Size): Zoom {
  const fit = Math.min(stage.width / Math.max(1, picture.width), stage.height / Math.max(1, picture.height))
  const bound = (value: number, inner: number, outer: number) => {
    const most = Math.max(0, (inner * fit * zoom.scale - outer) / 2)
    return Math.min(most, Math.max(-most, value))
  }
  return {
    scale: zoom.scale,
    x: bound(zoom.x, picture.width, stage.width),
    y: bound(zoom.y, picture.height, stage.height),
  }
}
