// A link to be handed over, selected whole when somebody goes into it.

export function LinkField({
  label,
  link,
  kind,
}: {
  readonly label: string
  readonly link: string
  readonly kind: 'invite-link' | 'call-link'
}) {
  return (
    <input
      class={`field ${kind}`}
      aria-label={label}
      autocomplete="off"
      readOnly
      value={link}
      onFocus={(event) => event.currentTarget.select()}
    />
  )
}
