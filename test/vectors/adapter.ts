// This implementation behind the protocol of the vector runner (README.md): one request per line in, one answer per
// line out. Run it with `npm run vectors -- node test/vectors/adapter.ts`.

import type { VectorRequest } from './json.ts'
import { perform } from './operations/operations.ts'

process.stdin.setEncoding('utf8')
let rest = ''
for await (const chunk of process.stdin) {
  // Line feeds alone end a line: JSON may hold U+2028 and U+2029 as they are, at which readline would cut it.
  const lines = `${rest}${chunk}`.split('\n')
  rest = lines.pop() ?? ''
  for (const line of lines) await answer(line)
}

async function answer(line: string): Promise<void> {
  const request: VectorRequest = JSON.parse(line)
  const { id } = request
  const given = await perform(request).catch((error: unknown) => ({ error: `failed: ${String(error)}` }))
  process.stdout.write(`${JSON.stringify({ id, ...given })}\n`)
}
