// The picture on the screen: like the result, and what only the one who edits sees.

import type { Operation, Region } from './edit.ts'
import { angleInFrame, frameSize, imageToFrame } from './frame.ts'
import { apply, applyToRect, product, radians } from './matrix.ts'
import type { Context2d, Scene } from './paint.ts'
import { paintScene, textSize } from './paint.ts'

interface StageScene {
  readonly scene: Scene
  /** All of the frame is shown, what is cut off darker. */
  readonly cropping: boolean
  /** Chosen, or being drawn. */
  readonly outlined: Operation | undefined
}

const shade = 'rgb(8 6 6 / 62%)'

export function paintStage(context: Context2d, layer: Context2d, { scene, cropping, outlined }: StageScene): void {
  const { image, edit, frameToTarget } = scene
  const { width, height } = context.canvas
  context.setTransform(1, 0, 0, 1, 0, 0)
  context.clearRect(0, 0, width, height)
  const frame = applyToRect(frameToTarget, { x: 0, y: 0, ...frameSize(image, edit) })
  const crop = applyToRect(frameToTarget, edit.crop)
  const visible = cropping ? frame : crop
  context.save()
  context.beginPath()
  context.rect(visible.x, visible.y, visible.width, visible.height)
  context.clip()
  paintScene(context, layer, scene)
  if (cropping) {
    context.fillStyle = shade
    context.beginPath()
    context.rect(frame.x, frame.y, frame.width, frame.height)
    context.rect(crop.x, crop.y, crop.width, crop.height)
    context.fill('evenodd')
  }
  context.restore()
  if (outlined !== undefined) outline(context, scene, outlined)
}

/** Seen on light and on dark pictures. */
function outline(context: Context2d, { image, edit, frameToTarget }: Scene, operation: Operation): void {
  const matrix = product(frameToTarget, imageToFrame(image, edit))
  const scale = Math.sqrt(Math.abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]))
  context.save()
  context.setTransform(...matrix)
  context.beginPath()
  if (operation.kind === 'text') {
    const { x, y } = apply(matrix, operation.at)
    const box = textSize(context, operation)
    context.setTransform(1, 0, 0, 1, x, y)
    context.rotate(radians(angleInFrame(edit, operation.degrees)))
    context.scale(scale, scale)
    context.rect(-box.width / 2, -box.height / 2, box.width, box.height)
  } else if (operation.kind === 'blur') {
    if (operation.region.shape === 'brush') {
      context.lineCap = 'round'
      context.lineJoin = 'round'
      context.lineWidth = operation.region.width
      context.strokeStyle = 'rgb(255 255 255 / 45%)'
      trace(context, operation.region)
      context.stroke()
      context.restore()
      return
    }
    trace(context, operation.region)
  }
  context.lineWidth = 4 / scale
  context.strokeStyle = '#000a'
  context.stroke()
  context.lineWidth = 2 / scale
  context.strokeStyle = '#fff'
  context.setLineDash([8 / scale, 6 / scale])
  context.stroke()
  context.restore()
}

function trace(context: Context2d, region: Region): void {
  if (region.shape === 'brush') {
    const [first] = region.points
    if (first === undefined) return
    context.moveTo(first.x, first.y)
    for (const { x, y } of region.points) context.lineTo(x, y)
    return
  }
  const { x, y, width, height } = region.rect
  if (region.shape === 'rectangle') context.rect(x, y, width, height)
  else context.ellipse(x + width / 2, y + height / 2, width / 2, height / 2, 0, 0, Math.PI * 2)
}
