// How far an open call is, in a line.

import type { CallView } from '../../../messenger/api.ts'
import { formatMoment } from '../../state/format.ts'

/** As many as the messenger gives places: `callPlaces` of its limits. */
export const mostPlaces = 256
/** As in December 2013. */
export const usualPlaces = 15

export function answersText({ respondents, places }: Pick<CallView, 'respondents' | 'places'>): string {
  return `${respondents.length} of ${places} answered`
}

export function stageText(call: CallView, now: number): string {
  const { isDecided, isOver, picked, respondents, places, until } = call
  if (picked !== undefined) return `${respondents.find(({ contactId }) => contactId === picked)?.name ?? ''} was picked`
  if (isDecided) return 'Ended without a winner'
  if (respondents.length >= places) return 'All places are taken'
  return isOver || until <= now ? 'Its time is over' : `Open until ${formatMoment(until)}`
}

export function lateText(late: number): string {
  return late === 1 ? '1 person came too late, and was told so.' : `${late} people came too late, and were told so.`
}
