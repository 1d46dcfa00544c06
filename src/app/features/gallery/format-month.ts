// `November 2026`, in the language that the page speaks.

const locale = navigator.languages.find((language) => /^en\b/i.test(language)) ?? 'en-GB'
const words = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric' })

export function formatMonth(timeMs: number): string {
  return words.format(timeMs)
}
