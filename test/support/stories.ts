// Beginnings that many stories share.

import type { AppPage } from './app-page.ts'
import { openLibraryPerson } from './library-person.ts'
import type { LibraryPerson } from './library-person.ts'
import { openPerson } from './person.ts'
import type { Person, PersonOptions } from './person.ts'

/** Long and odd enough that finding one in stored bytes is no accident. */
export const names = {
  ana: 'Ana Quillfeather',
  bo: 'Bo Strandhugg',
  cleo: 'Cleo Vantongeren',
  dora: 'Dora Ebbesund',
} as const

export interface Invited extends AsyncDisposable {
  readonly ana: Person
  readonly bo: Person
  readonly anaApp: AppPage
  /** Ana's. */
  readonly link: string
}

export interface Friends extends Invited {
  readonly boApp: AppPage
}

/** Ana has an invite; Bo has only a browser. `ofBo`: where that differs from hers. */
export async function invite(options: PersonOptions, ofBo: Partial<PersonOptions> = {}): Promise<Invited> {
  await using people = new AsyncDisposableStack()
  const ana = people.use(await openPerson(names.ana, options))
  const bo = people.use(await openPerson(names.bo, { ...options, ...ofBo }))
  const anaApp = await ana.app()
  await anaApp.startAs(names.ana)
  const link = await anaApp.createInvite()
  const owned = people.move()
  return { ana, bo, anaApp, link, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Bo opens Ana's invite as the first thing he does, and asks her. */
export async function ask(bo: Person, link: string): Promise<AppPage> {
  const boApp = await bo.app()
  await boApp.open(link)
  await boApp.startAs(names.bo)
  await boApp.connectWith(names.ana)
  return boApp
}

/** Ana invites, Bo connects, Ana accepts; both have the conversation open. */
export async function meet(options: PersonOptions, ofBo?: Partial<PersonOptions>): Promise<Friends> {
  await using invited = new AsyncDisposableStack()
  const { ana, bo, anaApp, link } = invited.use(await invite(options, ofBo))
  const boApp = await ask(bo, link)
  await anaApp.acceptRequest(names.bo)
  await anaApp.openConversation(names.bo)
  await boApp.openConversation(names.ana)
  const owned = invited.move()
  return { ana, bo, anaApp, boApp, link, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

export interface Acquainted extends AsyncDisposable {
  readonly ana: AppPage
  readonly bo: AppPage
  readonly cleo: LibraryPerson
  /** The contact that Ana is to Cleo. */
  readonly anaAtCleo: string
}

/** Ana knows Bo, who has a browser, and Cleo, who uses the library. They have never met. */
export async function acquaint(options: PersonOptions): Promise<Acquainted> {
  await using people = new AsyncDisposableStack()
  const invited = people.use(await invite(options))
  const { anaApp: ana } = invited
  const bo = await ask(invited.bo, invited.link)
  await ana.acceptRequest(names.bo)
  const cleo = people.use(await openLibraryPerson(names.cleo, options))
  const { id: anaAtCleo } = await cleo.connect(await ana.createInvite())
  await ana.acceptRequest(names.cleo)
  await ana.conversationItem(names.cleo).waitFor()
  const owned = people.move()
  return { ana, bo, cleo, anaAtCleo, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
