// A text as a QR code: dark on light in every theme, because scanners expect it so.

import { useEffect, useState } from 'preact/hooks'

/** The quiet zone that the standard asks for. */
const border = 4

export function QrCode({ text, name }: { readonly text: string; readonly name: string }) {
  const [rows, setRows] = useState<readonly (readonly boolean[])[]>([])
  useEffect(() => {
    let current = true
    // Few views need the encoder, so it comes with them.
    void import('qr').then(({ encodeQR }) => {
      if (current) setRows(encodeQR(text, 'raw', { ecc: 'low', border }))
    })
    return () => (current = false)
  }, [text])
  const path = rows
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')))
    .filter((part) => part !== '')
    .join('')
  return (
    <svg
      class="qr"
      role="img"
      aria-label={name}
      viewBox={`0 0 ${rows.length || 1} ${rows.length || 1}`}
      shape-rendering="crispEdges"
    >
      <path d={path} />
    </svg>
  )
}
