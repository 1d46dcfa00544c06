// Runs the test projects one after the other and counts.

import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureBrowser } from './browser.ts'
import { ensureCaddy } from './caddy.ts'
import { ensureCoturn } from './coturn.ts'
import { ensureExiftool } from './exiftool.ts'
import { ensureFirefox } from './firefox.ts'
import { bin, root, run } from './process.ts'

export interface Count {
  readonly passed: number
  readonly failed: number
}

/** Hundreds of relays and command lines are started: Node compiles their files once. */
const compileCache = `${root}node_modules/.cache/compiled`

/** No project takes longer than this; one that does hangs, and is ended. */
const projectTimeoutMs = 45 * 60_000

/** The part of vitest's JSON report that counts. */
interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly testResults: readonly {
    readonly status: string
    readonly assertionResults: readonly { readonly status: string }[]
  }[]
}

/** Every test there is. A project that could not start counts as one failure. */
export async function runSuites(): Promise<Count> {
  const counts: Count[] = [await runProject('unit')]
  const hasBrowser = await ensureBrowser()
  if (!(await ensureExiftool()))
    console.log(
      'No ExifTool: what it finds in photos and videos that leave (test/media/exiftool*.browser.test.ts) is left out.',
    )
  counts.push(hasBrowser ? await runProject('browser') : failure)
  const isBuilt = hasBrowser && (await run(bin('vite'), ['build', '--logLevel', 'warn'])) === 0
  if (!(await ensureCaddy()))
    console.log('No Caddy: the story of a relay behind a proxy (test/e2e/behind-proxy.test.ts) is left out.')
  if (!(await ensureCoturn()))
    console.log('No coturn: the story of a real TURN server (test/e2e/turn.test.ts) is left out.')
  if (!(await ensureFirefox()))
    console.log(
      'No Firefox: the stories of two browsers (test/e2e/firefox.test.ts) fail. Name one in SAFELIGHT_FIREFOX.',
    )
  counts.push(isBuilt ? await runProject('e2e') : failure)
  return sum(counts)
}

export function sum(counts: readonly Count[]): Count {
  return {
    passed: counts.reduce((total, { passed }) => total + passed, 0),
    failed: counts.reduce((total, { failed }) => total + failed, 0),
  }
}

/** Prints the closing line and sets the exit code. */
export function close({ passed, failed }: Count): void {
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1
}

const failure: Count = { passed: 0, failed: 1 }

async function runProject(name: string): Promise<Count> {
  const folder = await mkdtemp(join(tmpdir(), 'safelight-test-'))
  try {
    const reportPath = join(folder, 'report.json')
    const code = await run(
      bin('vitest'),
      ['run', '--project', name, '--reporter=default', '--reporter=json', `--outputFile.json=${reportPath}`],
      { timeoutMs: projectTimeoutMs, env: { SAFELIGHT_APP_IS_BUILT: '1', NODE_COMPILE_CACHE: compileCache } },
    )
    return count(code, await readReport(reportPath))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function readReport(path: string): Promise<Report | undefined> {
  try {
    const report: Report = JSON.parse(await readFile(path, 'utf8'))
    return report
  } catch {
    return undefined
  }
}

function count(code: number, report: Report | undefined): Count {
  if (report === undefined) return failure
  // A file that fails before or after its tests (an import, a hook) has no failed test of its own.
  const brokenFiles = report.testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((assertion) => assertion.status !== 'failed'),
  ).length
  const failed = report.numFailedTests + brokenFiles
  return { passed: report.numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed }
}
