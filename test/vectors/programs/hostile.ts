// A program that answers with the inputs, and misbehaves in the way its argument says: for the tests of the runner.

import { createInterface } from 'node:readline'
import type { VectorRequest } from '../json.ts'

const way = process.argv[2]
const answers: string[] = []
let count = 0
if (way === 'endless line') process.stdout.write('x'.repeat(17 * 1024 * 1024))
for await (const line of createInterface({ input: process.stdin })) {
  const request: VectorRequest = JSON.parse(line)
  const { id, inputs } = request
  count += 1
  const answer = JSON.stringify({ id, output: inputs })
  if (way === 'dies' && count === 3) process.exit(7)
  if (way === 'hangs' && count >= 3) continue
  if (way === 'garbage' && count === 2) process.stdout.write('hello\n{"id": 5}\n\u0000\u0001\n')
  if (way === 'twice' && count === 2) process.stdout.write(`${answer}\n`)
  if (way === 'stranger' && count === 2) process.stdout.write('{"id":"nobody asked","output":1}\n')
  if (way === 'only garbage') process.stdout.write('no\n'.repeat(50))
  if (way === 'wrong' && count === 2) process.stdout.write(`${JSON.stringify({ id, output: { n: 99 } })}\n`)
  else if (way === 'both' && count === 2) process.stdout.write(`${JSON.stringify({ id, output: {}, error: 'refused' })}\n`)
  else if (way === 'backwards') answers.unshift(answer)
  else if (way !== 'endless line' && way !== 'only garbage') process.stdout.write(`${answer}\n`)
  if (way === 'backwards' && count === 5) process.stdout.write(`${answers.join('\n')}\n`)
}
