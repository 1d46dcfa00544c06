// Whether a picture moves, by its first bytes.

/** GIFs are taken to move; a still one loses nothing by what is said of it then. */
export function isAnimated(head: Uint8Array): boolean {
  if (ascii(head, 0, 4) === 'GIF8') return true
  if (ascii(head, 4, 12) === 'ftypavis') return true
  if (ascii(head, 0, 4) === 'RIFF' && ascii(head, 8, 16) === 'WEBPVP8X') return ((head[20] ?? 0) & 0x02) !== 0
  return ascii(head, 1, 4) === 'PNG' && hasAnimationControl(head)
}

/** The chunk `acTL`, in front of the pixels. */
function hasAnimationControl(png: Uint8Array): boolean {
  const view = new DataView(png.buffer, png.byteOffset, png.length)
  for (let at = 8; at + 8 <= png.length; at += 12 + view.getUint32(at)) {
    const type = ascii(png, at + 4, at + 8)
    if (type === 'acTL') return true
    if (type === 'IDAT') return false
  }
  return false
}

function ascii(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end))
}
