// A disc with the first letter of a name, or a tile for a group's. Its tint comes from an id, best the
// fingerprint: then it is the same on every device, and stays when the name changes.

export function Avatar({
  name,
  id,
  size = 'medium',
  group = false,
}: {
  readonly name: string
  readonly id: string
  readonly size?: 'small' | 'medium' | 'large'
  readonly group?: boolean
}) {
  const [first = '?'] = name.trim()
  return (
    <span class={`avatar avatar-${size} tint-${tintOf(id)}${group ? ' avatar-group' : ''}`} aria-hidden="true">
      {first.toLocaleUpperCase()}
    </span>
  )
}

const tints = 8

function tintOf(id: string): number {
  let sum = 0
  for (const character of id) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973
  return sum % tints
}
