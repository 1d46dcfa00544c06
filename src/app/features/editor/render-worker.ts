// Renders one edited photo away from the page, and ends.

import type { PhotoEdit } from './edit.ts'
import { renderPhoto } from './render-photo.ts'

export interface RenderRequest {
  readonly file: Blob
  readonly edit: PhotoEdit
}

// The scope of a dedicated worker; the DOM library knows only that of a page.
declare const self: {
  /** Undefined: it could not be made. */
  postMessage(answer: Blob | undefined): void
  addEventListener(type: 'message', listener: (message: MessageEvent<RenderRequest>) => void): void
}

self.addEventListener('message', ({ data }) => {
  void renderPhoto(data.file, data.edit)
    .catch(() => undefined)
    .then((rendered) => self.postMessage(rendered))
})
