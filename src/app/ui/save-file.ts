// Gives the person a file to keep.

/** The browser needs the address a moment longer than the click. */
const keepUrlMs = 60_000

export function saveFile(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), keepUrlMs)
}
