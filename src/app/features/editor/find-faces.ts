// Faces that the platform finds by itself, on this device. Few browsers offer it; where none does, regions are drawn.

import type { Operation } from './edit.ts'
import type { OpenPhoto } from './open-photo.ts'

interface FaceDetector {
  detect(picture: CanvasImageSource): Promise<readonly { readonly boundingBox: DOMRectReadOnly }[]>
}

/** A face is more than what detectors frame: hair and ears tell who somebody is. */
const around = 0.25

/** Undefined where the browser finds no faces. */
export function faceDetector(scope: object): FaceDetector | undefined {
  const made: unknown = 'FaceDetector' in scope ? scope.FaceDetector : undefined
  if (!isDetectorClass(made)) return undefined
  return new made()
}

export async function findFaces(detector: FaceDetector, photo: OpenPhoto): Promise<readonly Operation[]> {
  const faces = await detector.detect(photo.preview)
  return faces.map(({ boundingBox }) => {
    const { x, y, width, height } = boundingBox
    const rect = {
      x: (x - width * around) / photo.previewScale,
      y: (y - height * around) / photo.previewScale,
      width: (width * (1 + 2 * around)) / photo.previewScale,
      height: (height * (1 + 2 * around)) / photo.previewScale,
    }
    return { kind: 'blur', region: { shape: 'ellipse', rect } }
  })
}

function isDetectorClass(value: unknown): value is new () => FaceDetector {
  return typeof value === 'function'
}
