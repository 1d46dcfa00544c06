// `npm run bench -- <name> [minutes] [--json] [--short | --full]`

import { parseArgs } from 'node:util'
import { dial } from '../test/bench/dial.ts'
import { latency } from '../test/bench/latency.ts'
import { groupSend } from '../test/bench/group-send.ts'
import { history } from '../test/bench/history.ts'
import { membership } from '../test/bench/membership.ts'
import { memory } from '../test/bench/memory.ts'
import { memoryConverted } from '../test/bench/memory-converted.ts'
import { printTable, toJson } from '../test/bench/report.ts'
import type { Bench } from '../test/bench/report.ts'
import { relay } from '../test/bench/relay.ts'
import { responsive } from '../test/bench/responsive.ts'
import { search } from '../test/bench/search.ts'
import { seal } from '../test/bench/seal.ts'
import { session } from '../test/bench/session.ts'
import { soak } from '../test/bench/soak.ts'
import { size } from '../test/bench/size.ts'
import { transfer } from '../test/bench/transfer.ts'
import { transferPeers } from '../test/bench/transfer-peers.ts'
import { vault } from '../test/bench/vault.ts'
import { videoStart } from '../test/bench/video-start.ts'
import { ensureBrowser } from './browser.ts'

const benches: Readonly<Record<string, Bench>> = {
  transfer,
  'transfer-peers': transferPeers,
  latency,
  dial,
  memory,
  'memory-converted': memoryConverted,
  size,
  relay,
  soak,
  session,
  seal,
  vault,
  membership,
  'group-send': groupSend,
  search,
  history,
  'video-start': videoStart,
  responsive,
}

/** These run in Node alone. */
const withoutBrowser: readonly Bench[] = [relay, soak, session, membership, groupSend, search, history]

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean' }, short: { type: 'boolean' }, full: { type: 'boolean' } },
  allowPositionals: true,
})
const bench = benches[positionals[0] ?? '']
if (bench === undefined) {
  console.error(`Usage: npm run bench -- ${Object.keys(benches).join(' | ')} [minutes] [--json] [--short | --full]`)
  process.exit(2)
}
if (!withoutBrowser.includes(bench) && !(await ensureBrowser())) process.exit(1)
const minutes = Number(positionals[1] ?? Number.NaN)
const report = await bench({
  isShort: values.short === true,
  isFull: values.full === true,
  ...(minutes > 0 ? { minutes } : {}),
})
if (values.json === true) console.log(toJson(report))
else printTable(report)
