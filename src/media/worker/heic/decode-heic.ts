// A HEIC photo as pixels, where the browser has no decoder: upright (the file's own rotation is applied), in its own colours.

import { MediaError } from '../../../messenger/ports.ts'
import { mediaLimits } from '../../limits.ts'
import type { OtherColours } from '../../shared/photo/picture-colours.ts'
import { readColours } from '../../shared/photo/picture-colours.ts'
import { recolourPng } from '../../shared/photo/png-colours.ts'
import type { HeifPicture, Libheif } from './libheif.ts'
import { forgetLibheif, loadLibheif } from './libheif.ts'

/** @throws MediaError `not-loaded`, `damaged`, `too-large`, `no-memory` */
export async function decodeHeic(file: Uint8Array): Promise<ImageBitmap> {
  const libheif = await loadLibheif()
  const colours = readColours(file)
  if (colours.kind === 'srgb' || colours.kind === 'display-p3')
    return await createImageBitmap(decodePixels(libheif, file, colours.kind))
  return await createImageBitmap(await coloured(decodePixels(libheif, file, 'srgb'), colours))
}

/** A canvas knows two kinds of colours. Of others the browser's decoders know what they mean. */
async function coloured(pixels: ImageData, colours: OtherColours): Promise<Blob> {
  const canvas = new OffscreenCanvas(pixels.width, pixels.height)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (context === null) throw new MediaError('no-memory')
  context.putImageData(pixels, 0, 0)
  const png = await canvas.convertToBlob({ type: 'image/png' })
  const recoloured = await recolourPng(new Uint8Array(await png.arrayBuffer()), colours)
  return new Blob([recoloured.slice()], { type: 'image/png' })
}

function decodePixels(libheif: Libheif, file: Uint8Array, colorSpace: PredefinedColorSpace): ImageData {
  const context = libheif.heif_context_alloc()
  if (context === null) throw new MediaError('no-memory')
  try {
    const read = libheif.heif_context_read_from_memory(context, file)
    if (read.code !== libheif.heif_error_code.heif_error_Ok) throw new MediaError('damaged')
    const handle = libheif.heif_js_context_get_primary_image_handle(context)
    if (handle.code !== undefined) throw new MediaError('damaged')
    try {
      return decodePrimary(libheif, handle, colorSpace)
    } finally {
      libheif.heif_image_handle_release(handle)
    }
  } catch (cause) {
    if (cause instanceof MediaError) throw cause
    // It aborts when its memory does not suffice, and is of no use after that.
    forgetLibheif()
    throw new MediaError('no-memory', { cause })
  } finally {
    free(libheif, context)
  }
}

function decodePrimary(libheif: Libheif, handle: object, colorSpace: PredefinedColorSpace): ImageData {
  const width = libheif.heif_image_handle_get_width(handle)
  const height = libheif.heif_image_handle_get_height(handle)
  if (width < 1 || height < 1) throw new MediaError('damaged')
  if (width * height > mediaLimits.heicPixels) throw new MediaError('too-large')
  const { heif_colorspace_RGB: rgb } = libheif.heif_colorspace
  const decoded = libheif.heif_js_decode_image2(handle, rgb, libheif.heif_chroma.heif_chroma_interleaved_RGBA)
  if (decoded.code !== undefined) throw new MediaError('damaged')
  try {
    return imageData(libheif, decoded, colorSpace)
  } finally {
    libheif.heif_image_release(decoded.image)
  }
}

function imageData(libheif: Libheif, decoded: HeifPicture, colorSpace: PredefinedColorSpace): ImageData {
  const { heif_channel_interleaved: interleaved } = libheif.heif_channel
  const channel = decoded.channels.find(({ id }) => id === interleaved)
  if (channel === undefined) throw new MediaError('damaged')
  const { width, height, stride, data } = channel
  const pixels = new ImageData(width, height, { colorSpace })
  const rowBytes = 4 * width
  for (let row = 0; row < height; row++) {
    pixels.data.set(data.subarray(row * stride, row * stride + rowBytes), row * rowBytes)
  }
  return pixels
}

/** A decoder that aborted cannot free either. */
function free(libheif: Libheif, context: object): void {
  try {
    libheif.heif_context_free(context)
  } catch {
    forgetLibheif()
  }
}
