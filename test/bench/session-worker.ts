// One side of the `session` bench in a thread of its own, so that each has the platform it is said to have. Asked for
// `{ work, count }` it answers with the milliseconds that took.

import { parentPort, workerData } from 'node:worker_threads'
import type { Conversation, Job, WorkerOptions } from './session/conversation.ts'

const options: WorkerOptions = workerData
// A platform without it: the protocol, loaded below, finds out by itself.
if (!options.hasNativeKem) Reflect.deleteProperty(SubtleCrypto.prototype, 'decapsulateBits')

const conversation = await begin()
parentPort?.on('message', ({ work, count }: Job) => {
  const begunAt = performance.now()
  void conversation[work](count).then(() => parentPort?.postMessage(performance.now() - begunAt))
})
parentPort?.postMessage(0)

async function begin(): Promise<Conversation> {
  if (options.side === 'ours') return (await import('./session/ours.ts')).ourConversation(options)
  return (await import('./session/reference.ts')).referenceConversation(options)
}
