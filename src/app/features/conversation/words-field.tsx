// Words for something that is made in a dialog.

export function WordsField({
  id,
  text,
  disabled,
  onText,
}: {
  /** Of the field, in the page. */
  readonly id: string
  readonly text: string
  readonly disabled: boolean
  readonly onText: (text: string) => void
}) {
  return (
    <>
      <label htmlFor={id}>Words</label>
      <textarea
        id={id}
        autocomplete="off"
        class="field"
        dir="auto"
        rows={3}
        disabled={disabled}
        value={text}
        onInput={(event) => onText(event.currentTarget.value)}
      />
    </>
  )
}
