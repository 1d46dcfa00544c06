// The words that go with a photo or a video.

import { useId } from 'preact/hooks'

export interface Words {
  readonly caption: string
  readonly altText: string
}

/** As many as a message holds of each. */
const maxLength = 1000

export function WordsTool({
  words,
  onWords,
}: {
  readonly words: Words
  readonly onWords: (words: Words, gesture: string) => void
}) {
  const id = useId()
  return (
    <>
      <label htmlFor={`${id}-caption`}>Caption</label>
      <textarea
        id={`${id}-caption`}
        class="field"
        dir="auto"
        autocomplete="off"
        rows={2}
        maxLength={maxLength}
        value={words.caption}
        onInput={(event) => onWords({ ...words, caption: event.currentTarget.value }, 'caption')}
      />
      <label htmlFor={`${id}-alt`}>Alt text</label>
      <textarea
        id={`${id}-alt`}
        class="field"
        dir="auto"
        autocomplete="off"
        rows={3}
        maxLength={maxLength}
        placeholder="Describe it for people who cannot see it"
        value={words.altText}
        onInput={(event) => onWords({ ...words, altText: event.currentTarget.value }, 'alt-text')}
      />
    </>
  )
}
