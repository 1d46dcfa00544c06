// What is changed in a photo, as a description: the file stays as it is until the edit is rendered.
//
// Three spaces, all in pixels of the photo at the size of the result:
//   image    upright, as EXIF says, before any change; operations are in it, so they stay where they were put
//   frame    the image mirrored, turned and straightened; the crop is in it
//   screen   a part of the frame, scaled

import { editorLimits } from './limits.ts'
import type { FilterName } from './filters.ts'

export interface Point {
  readonly x: number
  readonly y: number
}

export interface Size {
  readonly width: number
  readonly height: number
}

export interface Rect extends Point, Size {}

export type Region =
  | { readonly shape: 'rectangle' | 'ellipse'; readonly rect: Rect }
  | { readonly shape: 'brush'; readonly points: readonly Point[]; readonly width: number }

export interface TextOperation {
  readonly kind: 'text'
  readonly text: string
  /** The centre. */
  readonly at: Point
  /** Height of the letters. */
  readonly size: number
  readonly colour: string
  /** Behind the letters; absent: nothing. */
  readonly background?: string
  readonly degrees: number
}

export type Operation =
  /** `erase`: takes away earlier strokes, never the photo. */
  | {
      readonly kind: 'stroke' | 'erase'
      readonly points: readonly Point[]
      readonly width: number
      readonly colour: string
    }
  | TextOperation
  /** The pixels of the region are destroyed. */
  | { readonly kind: 'blur'; readonly region: Region }

export interface PhotoEdit {
  readonly mirrored: boolean
  /** Quarter turns clockwise, after mirroring. */
  readonly turns: 0 | 1 | 2 | 3
  readonly straightenDegrees: number
  readonly crop: Rect
  readonly filter: FilterName
  /** 0 to 1. */
  readonly strength: number
  readonly operations: readonly Operation[]
}

export function noEdit({ width, height }: Size): PhotoEdit {
  return {
    mirrored: false,
    turns: 0,
    straightenDegrees: 0,
    crop: { x: 0, y: 0, width, height },
    filter: 'none',
    strength: 1,
    operations: [],
  }
}

/** The size at which a photo is edited: its own, or as large as a result may be. */
export function editedSize({ width, height }: Size): Size {
  const { resultPixels, resultEdge } = editorLimits
  const factor = Math.min(1, Math.sqrt(resultPixels / (width * height)), resultEdge / Math.max(width, height))
  return { width: Math.max(1, Math.floor(width * factor)), height: Math.max(1, Math.floor(height * factor)) }
}

export function addOperation(edit: PhotoEdit, operation: Operation): PhotoEdit {
  return { ...edit, operations: [...edit.operations, operation] }
}

export function changeOperation(edit: PhotoEdit, index: number, operation: Operation): PhotoEdit {
  return { ...edit, operations: edit.operations.with(index, operation) }
}

export function removeOperation(edit: PhotoEdit, index: number): PhotoEdit {
  return { ...edit, operations: edit.operations.toSpliced(index, 1) }
}
