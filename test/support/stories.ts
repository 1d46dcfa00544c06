// Beginnings that many stories share.

import type { AppPage } from './app-page.ts'
import { openPerson } from './person.ts'
import type { Person, PersonOptions } from './person.ts'

/** Long and odd enough that finding one in stored bytes is no accident. */
export const names = { ana: 'Ana Quillfeather', bo: 'Bo Strandhugg', cleo: 'Cleo Vantongeren' } as const

export interface Friends extends AsyncDisposable {
  readonly ana: Person
  readonly bo: Person
  readonly anaApp: AppPage
  readonly boApp: AppPage
  /** The invite that brought them together. */
  readonly link: string
}

/** Ana invites, Bo connects, Ana accepts; both have the conversation open. */
export async function meet(options: PersonOptions): Promise<Friends> {
  await using people = new AsyncDisposableStack()
  const ana = people.use(await openPerson(names.ana, options))
  const bo = people.use(await openPerson(names.bo, options))
  const anaApp = await ana.app()
  await anaApp.startAs(names.ana)
  const link = await anaApp.createInvite()
  const boApp = await bo.app()
  await boApp.open(link)
  await boApp.startAs(names.bo)
  await boApp.connectWith(names.ana)
  await anaApp.acceptRequest(names.bo)
  await anaApp.openConversation(names.bo)
  await boApp.openConversation(names.ana)
  const owned = people.move()
  return { ana, bo, anaApp, boApp, link, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
