// libheif, a decoder for HEIC in WebAssembly: a file of its own (LGPL, see public/third-party.txt), fetched with the first
// HEIC that the browser itself cannot decode.

import { MediaError } from '../../../messenger/ports.ts'

/** The part of libheif-js that is used. It reports failures as values with a `code`. */
export interface Libheif {
  readonly heif_colorspace: { readonly heif_colorspace_RGB: number }
  readonly heif_chroma: { readonly heif_chroma_interleaved_RGBA: number }
  readonly heif_channel: { readonly heif_channel_interleaved: number }
  readonly heif_error_code: { readonly heif_error_Ok: object }
  heif_context_alloc(): object | null
  heif_context_read_from_memory(context: object, file: Uint8Array): HeifFailure
  heif_context_free(context: object): void
  heif_js_context_get_primary_image_handle(context: object): HeifHandle | HeifFailure
  heif_image_handle_get_width(handle: object): number
  heif_image_handle_get_height(handle: object): number
  heif_image_handle_release(handle: object): void
  heif_js_decode_image2(handle: object, colours: number, chroma: number): HeifPicture | HeifFailure
  heif_image_release(image: object): void
}

export interface HeifFailure {
  /** One of `heif_error_code`. */
  readonly code: object
}

export interface HeifHandle {
  readonly code?: undefined
}

export interface HeifPicture {
  readonly code?: undefined
  readonly image: object
  readonly channels: readonly {
    readonly id: number
    readonly width: number
    readonly height: number
    /** Bytes from row to row. */
    readonly stride: number
    readonly data: Uint8Array
  }[]
}

let loading: Promise<Libheif> | undefined

/** @throws MediaError `not-loaded`; the next call tries again */
export async function loadLibheif(): Promise<Libheif> {
  loading ??= start()
  try {
    return await loading
  } catch (cause) {
    loading = undefined
    throw new MediaError('not-loaded', { cause })
  }
}

/** Its memory only grows: after a failure it is given up as a whole. */
export function forgetLibheif(): void {
  loading = undefined
}

async function start(): Promise<Libheif> {
  const { default: create } = await import('libheif-js/libheif-wasm/libheif-bundle.mjs')
  const quiet = () => {}
  return create({ print: quiet, printErr: quiet })
}
