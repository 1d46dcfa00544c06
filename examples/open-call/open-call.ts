// A shop asks the public, and answers the first few in private: `node open-call.ts <folder> <relay> <places> <hours>`.
// Prints the link to show, and who answers as they come. `pick <number>` ends the call with a winner, `close` without one.
// In a program of your own import from `safelight` and `safelight/node`.

import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { createMessenger } from '../../src/index.ts'
import type { Messenger } from '../../src/index.ts'
import { nodePlatform } from '../../src/node.ts'

const [, , directory, relay, places, hours] = process.argv
if (directory === undefined || relay === undefined || places === undefined || hours === undefined) {
  throw new Error('node open-call.ts <folder> <relay> <places> <hours>')
}
let told = 0
const shop = await createMessenger({
  platform: nodePlatform({ directory }),
  relays: [relay],
  profile: { name: 'The shop' },
})
const id = await begin(shop, Number(places), Number(hours))
shop.addEventListener('change', ({ detail }) => {
  if (detail.what === 'calls') void tell(shop, id)
})
await tell(shop, id)
for await (const line of createInterface(process.stdin)) if (await obey(shop, id, line)) break
await shop.close()
process.exit(0)

/** The call of before, where this program was stopped in the middle of one; else a new one. */
async function begin(self: Messenger, callPlaces: number, lastsHours: number): Promise<string> {
  const [known] = await self.calls.list()
  const call =
    known !== undefined && known.picked === undefined && known.until > Date.now()
      ? known
      : await self.calls.create({
          text: 'You are one of the first. Send us a photo of your coat.',
          overText: 'All places are taken. Thank you for answering.',
          places: callPlaces,
          until: Date.now() + lastsHours * 3_600_000,
        })
  say(call.link)
  return call.id
}

async function tell(self: Messenger, callId: string): Promise<void> {
  const call = (await self.calls.list()).find((one) => one.id === callId)
  for (const { name } of call?.respondents.slice(told) ?? []) say(`${(told += 1)}. ${name}`)
}

/** Whether the call is over now, and everybody has been told. */
async function obey(self: Messenger, callId: string, line: string): Promise<boolean> {
  const [word, number] = line.trim().split(' ')
  const call = (await self.calls.list()).find((one) => one.id === callId)
  if (word === 'close') await self.calls.close(callId, { text: 'Nobody was picked this time. Thank you.' })
  else if (word === 'pick') {
    const winner = call?.respondents[Number(number) - 1]
    if (winner === undefined) return false
    const text = 'The coat is yours. We write to you here.'
    await self.calls.pick(callId, winner.contactId, { text, othersText: 'Somebody else was picked. Thank you.' })
    say(`${winner.name} was picked`)
  } else return false
  // What was said goes out before the program ends; who is away finds it at the relay.
  for (const { conversationId } of call?.respondents ?? []) await gone(self, conversationId)
  return true
}

async function gone(self: Messenger, conversationId: string): Promise<void> {
  const isWaiting = async () => {
    const messages = await self.conversations.page(conversationId)
    return messages.some(({ recipients }) => recipients.some(({ state }) => state.kind === 'sending'))
  }
  while (await isWaiting()) await delay(200)
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}
