// A person with a browser of their own: a real Chromium or Firefox with its own profile folder, which outlives the
// browser, so that a test can close or kill the browser and come back.

import { mkdtemp, readlink, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { chromium } from 'playwright'
import type { BrowserContext, Page } from 'playwright'
import { AppPage } from './app-page.ts'
import { chromiumFlags, findChromium } from './chromium.ts'
import { openFirefox } from './firefox.ts'
import { watchLine } from './line.ts'

export interface PersonOptions {
  readonly relayUrl: string
  /** Absent: Chromium. */
  readonly browser?: 'chromium' | 'firefox'
  /** False: no direct connection can be made, as behind a strict firewall. */
  readonly ice?: boolean
  /** What comes to its pages is counted, and can be held back: see `line.ts`. */
  readonly hasLine?: boolean
  /** How many cameras Chromium makes up: one unless said. */
  readonly cameras?: number
  /** SHA-256 of the public key, base64, of a certificate authority that this browser trusts besides the usual ones. */
  readonly trustedKey?: string
}

/** How large the page is, and in which language, in every browser. */
const pageOptions = { viewport: { width: 1000, height: 800 }, locale: 'en-GB', acceptDownloads: true } as const

/** Chromium notes every 404. For a segment it is an ordinary answer: the relay does not have it (yet). */
const missingSegment = /\/v1\/blobs\//
/** What Chromium itself writes to the console when a server cannot be reached. */
const networkTrouble = /net::ERR_|WebSocket connection to|Failed to load resource/

export class Person implements AsyncDisposable {
  readonly name: string
  readonly #options: PersonOptions
  readonly #profileFolder: string
  readonly #problems: string[] = []
  readonly #crashing = new WeakSet<Page>()
  #context: BrowserContext | undefined
  #toleratesNetworkTrouble = false

  constructor(name: string, profileFolder: string, options: PersonOptions) {
    this.name = name
    this.#profileFolder = profileFolder
    this.#options = options
  }

  /** Everything that the browser keeps of this person. */
  get profileFolder(): string {
    return this.#profileFolder
  }

  /** The first tab. Opens the browser when it is closed. */
  async app(): Promise<AppPage> {
    const context = await this.openBrowser()
    const page = context.pages()[0] ?? (await context.newPage())
    const app = this.#appIn(page)
    if (!page.url().startsWith(this.#options.relayUrl)) await app.open()
    return app
  }

  async openTab(): Promise<AppPage> {
    const context = await this.openBrowser()
    const app = this.#appIn(await context.newPage())
    await app.open()
    return app
  }

  #appIn(page: Page): AppPage {
    // Playwright does not tell what Firefox saves.
    return new AppPage(page, this.#options.relayUrl, this.#isFirefox ? this.#downloads : undefined)
  }

  get #isFirefox(): boolean {
    return this.#options.browser === 'firefox'
  }

  get #downloads(): string {
    return join(this.#profileFolder, 'downloads')
  }

  async openBrowser(): Promise<BrowserContext> {
    if (this.#context !== undefined) return this.#context
    const context = await (this.#isFirefox
      ? openFirefox(this.#profileFolder, { ...pageOptions, downloadsPath: this.#downloads })
      : this.#openChromium())
    this.#context = context
    context.on('page', (page) => this.#listen(page))
    for (const page of context.pages()) this.#listen(page)
    if (this.#options.ice === false) await context.addInitScript(blockIce)
    if (this.#options.hasLine === true) await watchLine(context)
    return context
  }

  async closeBrowser(): Promise<void> {
    const context = this.#context
    this.#context = undefined
    await context?.close()
  }

  /** Ends a Chromium at once, as a crash or a power cut would. */
  async killBrowser(): Promise<void> {
    const context = this.#context
    if (context === undefined) return
    this.#context = undefined
    // Chromium's lock on the profile names the machine and the process.
    const lock = await readlink(join(this.#profileFolder, 'SingletonLock'))
    const processId = Number(lock.slice(lock.lastIndexOf('-') + 1))
    const closed = new Promise((resolve) => context.once('close', resolve))
    process.kill(processId, 'SIGKILL')
    await closed
    while (isRunning(processId)) await delay(20)
  }

  /**
   * Loses the first tab of a Chromium, the process that runs it or the page alone, while the browser goes on, and opens the
   * app in another one.
   */
  async loseTab(how: 'crashed' | 'closed'): Promise<AppPage> {
    const context = await this.openBrowser()
    const [lost] = context.pages()
    // A browser whose last page is closed may end.
    const page = await context.newPage()
    if (lost !== undefined && how === 'crashed') {
      this.#crashing.add(lost)
      const session = await context.newCDPSession(lost)
      const crashed = lost.waitForEvent('crash')
      // Nothing is left to answer.
      session.send('Page.crash').catch(() => undefined)
      await crashed
    }
    await lost?.close()
    const app = this.#appIn(page)
    await app.open()
    return app
  }

  /** From here on a relay or peer goes away on purpose, which Chromium notes in the console by itself. */
  expectNetworkTrouble(): void {
    this.#toleratesNetworkTrouble = true
  }

  /** Errors and warnings that pages wrote to the console so far. */
  problems(): readonly string[] {
    return this.#problems.filter((problem) => !(this.#toleratesNetworkTrouble && networkTrouble.test(problem)))
  }

  /** Fails when a page wrote an error or a warning to the console. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.closeBrowser()
    await rm(this.#profileFolder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    const problems = this.problems()
    if (problems.length > 0) throw new Error(`${this.name}'s console is not clean:\n${problems.join('\n')}`)
  }

  #openChromium(): Promise<BrowserContext> {
    const executablePath = findChromium()
    const { cameras, trustedKey } = this.#options
    return chromium.launchPersistentContext(this.#profileFolder, {
      ...pageOptions,
      ...(executablePath === undefined ? {} : { executablePath }),
      args: [
        ...chromiumFlags,
        '--hide-crash-restore-bubble',
        ...(cameras === undefined ? [] : [`--use-fake-device-for-media-stream=device-count=${cameras}`]),
        ...(trustedKey === undefined ? [] : [`--ignore-certificate-errors-spki-list=${trustedKey}`]),
      ],
    })
  }

  #listen(page: Page): void {
    page.on('console', (message) => {
      const type = message.type()
      if (missingSegment.test(message.location().url) && message.text().includes('404')) return
      if (type === 'error' || type === 'warning') this.#problems.push(`${type}: ${message.text()}`)
    })
    page.on('pageerror', (error) => this.#problems.push(`uncaught: ${error.stack ?? error.message}`))
    page.on('crash', () => {
      if (!this.#crashing.has(page)) this.#problems.push('the page crashed')
    })
  }
}

export async function openPerson(name: string, options: PersonOptions): Promise<Person> {
  const person = new Person(name, await mkdtemp(join(tmpdir(), 'safelight-person-')), options)
  await person.openBrowser()
  return person
}

/** Runs in the page, before its scripts: every connection finds no way out, as in a network that blocks them all. */
function blockIce(): void {
  const Native = window.RTCPeerConnection
  window.RTCPeerConnection = class extends Native {
    constructor(configuration?: RTCConfiguration) {
      super({ ...configuration, iceServers: [], iceTransportPolicy: 'relay' })
    }
  }
}

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0)
    return true
  } catch {
    return false
  }
}
