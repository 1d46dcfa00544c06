// The frame: the image mirrored, turned and straightened. Straightening enlarges it so that it still fills the frame,
// whatever the angle: no result has empty corners.

import type { PhotoEdit, Point, Rect, Size } from './edit.ts'
import { editorLimits } from './limits.ts'
import type { Matrix } from './matrix.ts'
import { apply, inverse, product, radians, rotation, scaling, translation } from './matrix.ts'

export function frameSize({ width, height }: Size, { turns }: PhotoEdit): Size {
  return turns % 2 === 0 ? { width, height } : { width: height, height: width }
}

export function imageToFrame(image: Size, edit: PhotoEdit): Matrix {
  const frame = frameSize(image, edit)
  return product(
    translation(frame.width / 2, frame.height / 2),
    scaling(enlargement(image, edit)),
    rotation(angleOf(edit)),
    scaling(edit.mirrored ? -1 : 1, 1),
    translation(-image.width / 2, -image.height / 2),
  )
}

export function toImage(image: Size, edit: PhotoEdit, inFrame: Point): Point {
  return apply(inverse(imageToFrame(image, edit)), inFrame)
}

/** How much straightening enlarges. */
export function enlargement({ width, height }: Size, { straightenDegrees }: PhotoEdit): number {
  const angle = radians(Math.abs(straightenDegrees))
  return Math.cos(angle) + Math.max(width / height, height / width) * Math.sin(angle)
}

/** What is tilted in the image by `degrees` is tilted in the frame by this; letters are never mirrored. */
export function angleInFrame(edit: PhotoEdit, degrees: number): number {
  return angleOf(edit) + (edit.mirrored ? -degrees : degrees)
}

/** The tilt in the image of what is upright in the frame. */
export function uprightDegrees(edit: PhotoEdit): number {
  return edit.mirrored ? angleOf(edit) : -angleOf(edit)
}

export function turn(image: Size, edit: PhotoEdit): PhotoEdit {
  const { height } = frameSize(image, edit)
  const { x, y, width: cropWidth, height: cropHeight } = edit.crop
  const crop: Rect = { x: height - y - cropHeight, y: x, width: cropHeight, height: cropWidth }
  return { ...edit, turns: quarter(edit.turns + 1), crop }
}

/** Left for right, as it is seen. */
export function mirror(image: Size, edit: PhotoEdit): PhotoEdit {
  const { width } = frameSize(image, edit)
  const crop: Rect = { ...edit.crop, x: width - edit.crop.x - edit.crop.width }
  // A mirrored turn is a turn the other way.
  const straightenDegrees = 0 - edit.straightenDegrees
  return { ...edit, mirrored: !edit.mirrored, turns: quarter(-edit.turns), straightenDegrees, crop }
}

export function straighten(edit: PhotoEdit, degrees: number): PhotoEdit {
  const most = editorLimits.straightenDegrees
  return { ...edit, straightenDegrees: Math.min(most, Math.max(-most, degrees)) }
}

function angleOf({ turns, straightenDegrees }: PhotoEdit): number {
  return turns * 90 + straightenDegrees
}

function quarter(turns: number): PhotoEdit['turns'] {
  const rest = ((turns % 4) + 4) % 4
  return rest === 1 || rest === 2 || rest === 3 ? rest : 0
}
