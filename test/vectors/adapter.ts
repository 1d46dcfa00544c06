// This implementation behind the protocol of the vector runner (README.md): one request per line in, one answer per
// line out. Run it with `npm run vectors -- node test/vectors/adapter.ts`.

import { createInterface } from 'node:readline'
import type { VectorRequest } from './json.ts'
import { perform } from './operations/operations.ts'

for await (const line of createInterface({ input: process.stdin })) {
  const request: VectorRequest = JSON.parse(line)
  const { id } = request
  const answer = await perform(request).catch((error: unknown) => ({ error: `failed: ${String(error)}` }))
  process.stdout.write(`${JSON.stringify({ id, ...answer })}\n`)
}
