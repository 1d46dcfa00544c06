// What is on a person's disk, read from a copy: for what no library call tells.

import type { Tables } from '../../../src/messenger/records/tables.ts'
import { openTables } from '../../../src/messenger/records/tables.ts'
import { crashedCopy, openMemoryStorage } from '../../../src/storage/memory.ts'
import type { Person } from './world.ts'

const bytes = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length))

export async function tablesOf(person: Person): Promise<Tables> {
  const { store } = await openMemoryStorage(crashedCopy(person.disk), bytes)
  return openTables(store)
}
