// What a person does in a tab, found by accessible names alone: the same names that people with a screen reader use.

import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Locator, Page } from 'playwright'

/**
 * How long the app may take to show something that needs the network on a busy machine. Receipts that go through a relay
 * wait up to 60 s on purpose.
 */
export const patienceMs = 90_000

export class AppPage {
  readonly page: Page
  readonly #origin: string
  readonly #downloads: string | undefined

  /** `downloads`: the folder where this browser saves, if it does not tell of what it saves. */
  constructor(page: Page, origin: string, downloads?: string) {
    this.page = page
    this.#origin = origin
    this.#downloads = downloads
    page.setDefaultTimeout(patienceMs)
  }

  async open(link = `${this.#origin}/`): Promise<void> {
    await this.page.goto(link)
  }

  async reload(): Promise<void> {
    await this.page.reload()
  }

  // ---------------------------------------------------------------- first run, invites, requests

  async startAs(name: string): Promise<void> {
    await this.page.getByRole('textbox', { name: 'Your name' }).fill(name)
    await this.page.getByRole('button', { name: 'Start', exact: true }).click()
  }

  async goTo(place: 'Requests' | 'Profile' | 'Settings' | 'Posts'): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: place }).click()
  }

  async createInvite(): Promise<string> {
    await this.goTo('Profile')
    await this.page.getByRole('button', { name: 'Share invite' }).click()
    const dialog = this.page.getByRole('dialog', { name: 'Invite' })
    const field = dialog.getByRole('textbox', { name: 'Invite link' })
    await until(async () => /^https?:\/\/.+\/#i\//.test(await field.inputValue()))
    await dialog.getByRole('img', { name: 'Invite QR code' }).waitFor()
    const link = await field.inputValue()
    await this.page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'hidden' })
    return link
  }

  /** With an invite open: sends the request. */
  async connectWith(name: string): Promise<void> {
    await this.page.getByRole('heading', { name: `Connect with ${name}` }).waitFor()
    await this.page.getByRole('button', { name: 'Connect', exact: true }).click()
  }

  /** With an invite open, good or bad: presses `Connect` if there is one. */
  async tryToConnect(): Promise<void> {
    const connect = this.page.getByRole('button', { name: 'Connect', exact: true })
    await connect.or(this.page.getByRole('alert')).first().waitFor()
    if ((await connect.count()) > 0 && (await connect.isEnabled())) await connect.click()
  }

  request(name: string): Locator {
    return this.page.getByRole('list', { name: 'Requests' }).getByRole('listitem', { name })
  }

  async acceptRequest(name: string): Promise<void> {
    await this.goTo('Requests')
    const request = this.request(name)
    await request.waitFor()
    await request.getByRole('button', { name: 'Accept' }).click()
  }

  // ---------------------------------------------------------------- conversations

  conversationItem(name: string): Locator {
    return this.page.getByRole('list', { name: 'Conversations' }).getByRole('listitem', { name })
  }

  async openConversation(name: string): Promise<void> {
    await this.conversationItem(name).getByRole('link').first().click()
    await this.page.getByRole('heading', { name, exact: true }).waitFor()
  }

  get feed(): Locator {
    return this.page.getByRole('feed', { name: 'Messages' })
  }

  get articles(): Locator {
    return this.feed.getByRole('article')
  }

  article(text: string): Locator {
    return this.articles.filter({ hasText: text })
  }

  /** Stored messages with a photo, or a video, oldest first. */
  withMedia(kind: 'photo' | 'video'): Locator {
    const has = this.page.getByRole('button', { name: kind === 'photo' ? 'View photo' : 'Play video' })
    return this.articles.filter({ has })
  }

  async sendText(text: string): Promise<Locator> {
    await this.page.getByRole('textbox', { name: 'Message', exact: true }).fill(text)
    await this.send()
    const article = this.article(text)
    await article.waitFor()
    return article
  }

  /** Chooses files, sends them and returns the new article. */
  async sendFiles(paths: readonly string[], quality?: 'Standard' | 'HD' | 'Original'): Promise<Locator> {
    const before = await this.articles.count()
    await this.chooseFiles(paths)
    if (quality !== undefined) {
      await this.page.getByRole('group', { name: 'Quality' }).getByRole('radio', { name: quality }).check()
    }
    await this.send()
    await this.articles.nth(before).waitFor()
    return this.articles.nth(before)
  }

  async chooseFiles(paths: readonly string[]): Promise<void> {
    await this.page.getByLabel('Add photos or videos').setInputFiles([...paths])
  }

  async send(): Promise<void> {
    await this.page.getByRole('button', { name: 'Send', exact: true }).click()
  }

  /** Presses `Send` as soon as what was chosen is there to be sent; not if it was refused with this sentence at once. */
  async sendUnlessRefused(refusal: RegExp): Promise<void> {
    const chosen = this.page.getByRole('list', { name: 'Chosen' })
    await chosen.or(this.page.getByText(refusal)).first().waitFor()
    const button = this.page.getByRole('button', { name: 'Send', exact: true })
    if (await button.isEnabled()) await button.click()
  }

  /** Waits until the article's state is this text; a text that ends in `…` is only its beginning. */
  async waitForState(article: Locator, state: string, timeoutMs = patienceMs): Promise<void> {
    const text = state.endsWith('…') ? state.slice(0, -1) : state
    await article.getByText(text).first().waitFor({ timeout: timeoutMs })
  }

  /** With the conversation open: said only once both sides have proved who they are. */
  async waitUntilDirect(): Promise<void> {
    await this.page.getByText('Connected directly').waitFor()
  }

  /** With the conversation open: what both read out to each other. */
  async safetyNumber(name: string): Promise<string> {
    await this.page.getByRole('link', { name: 'Details' }).click()
    await this.page.getByRole('link', { name: `Verify ${name}` }).click()
    const field = this.page.getByRole('textbox', { name: 'Safety number' })
    await until(async () => (await field.inputValue()) !== '')
    return field.inputValue()
  }

  /** Opens the options of a message and chooses one. */
  async chooseOption(article: Locator, action: string): Promise<void> {
    await this.#openOptions(article)
    await this.page.getByRole('menu').getByRole('menuitem', { name: action, exact: true }).click()
  }

  async react(article: Locator, emoji: string): Promise<void> {
    await this.#openOptions(article)
    await this.page.getByRole('menu').getByRole('menuitemradio', { name: emoji }).click()
  }

  async #openOptions(article: Locator): Promise<void> {
    await article.hover()
    await article.getByRole('button', { name: 'Message options' }).click()
  }

  /** Replaces the text of a message. */
  async edit(article: Locator, text: string): Promise<void> {
    const field = this.page.getByRole('textbox', { name: 'Message', exact: true })
    const before = await field.inputValue()
    await this.chooseOption(article, 'Edit')
    await this.page.getByText('Edit message').waitFor()
    // The text that is to be changed is put there by the app; words that are typed before would go.
    await until(async () => (await field.inputValue()) !== before)
    await field.fill(text)
    await this.send()
    await this.page.getByText('Edit message').waitFor({ state: 'hidden' })
  }

  /** A message of one's own, from everybody. */
  async unsend(article: Locator): Promise<void> {
    await this.chooseOption(article, 'Unsend for everyone')
    const question = this.page.getByRole('dialog', { name: 'Unsend this message?' })
    await question.getByRole('button', { name: 'Unsend', exact: true }).click()
    await question.waitFor({ state: 'detached' })
  }

  /** With a conversation open: what is written from now on disappears so long after it was seen. */
  async setTimer(life: string): Promise<void> {
    await this.page.getByRole('link', { name: 'Details' }).click()
    const details = this.page.getByRole('complementary', { name: 'Details' })
    await details.getByRole('combobox', { name: 'Disappearing messages' }).selectOption({ label: life })
    await details.getByRole('link', { name: 'Close' }).click()
    await details.waitFor({ state: 'detached' })
  }

  /** With a conversation open: types until this holds. The other side is told of it every few seconds. */
  async typeUntil(holds: () => Promise<boolean>): Promise<void> {
    const field = this.page.getByRole('textbox', { name: 'Message', exact: true })
    await until(async () => {
      await field.pressSequentially('.')
      return holds()
    })
    await field.fill('')
  }

  /** Whether a person sees it without scrolling. */
  async isInView(element: Locator): Promise<boolean> {
    return element.evaluate((node) => {
      const { top, bottom } = node.getBoundingClientRect()
      return bottom > 0 && top < window.innerHeight
    })
  }

  // ---------------------------------------------------------------- who may write

  async setWhoMayWrite(who: 'People I follow' | 'Anyone with my link' | 'Nobody'): Promise<void> {
    await this.goTo('Settings')
    const choice = this.page.getByRole('group', { name: 'Who may write to me' }).getByRole('radio', { name: who })
    // What was chosen shows at once; drawn anew the page shows what is stored.
    await choice.click()
    await this.goTo('Profile')
    await this.goTo('Settings')
    await until(() => choice.isChecked())
  }

  // ---------------------------------------------------------------- followers

  /** With the conversation open. */
  async follow(): Promise<void> {
    await this.page.getByRole('link', { name: 'Details' }).click()
    await this.page.getByRole('button', { name: 'Follow', exact: true }).click()
    await this.page.getByRole('button', { name: 'Unfollow', exact: true }).waitFor()
  }

  /** Who waits for it in the profile. */
  async approveFollower(name: string): Promise<void> {
    await this.goTo('Profile')
    const follower = this.page.getByRole('list', { name: 'Followers' }).getByRole('listitem').filter({ hasText: name })
    await follower.getByRole('button', { name: 'Approve' }).click()
    await follower.getByRole('button', { name: 'Approve' }).waitFor({ state: 'detached' })
  }

  // ---------------------------------------------------------------- posts

  /** For 24 hours, with the posts open. */
  async newPost(words: string, paths: readonly string[] = []): Promise<void> {
    await this.page.getByRole('button', { name: 'New post' }).click()
    const dialog = this.page.getByRole('dialog', { name: 'New post' })
    if (paths.length > 0) await dialog.getByLabel('Add photos or videos').setInputFiles([...paths])
    await dialog.getByRole('textbox', { name: 'Words' }).fill(words)
    await dialog.getByRole('combobox', { name: 'Shown for' }).selectOption({ label: '24 hours' })
    await dialog.getByRole('button', { name: 'Post', exact: true }).click()
    await dialog.waitFor({ state: 'detached' })
  }

  /** Of somebody; gives what shows them, standing still. */
  async lookAtPosts(name: string): Promise<Locator> {
    await this.goTo('Posts')
    await this.page.getByRole('list', { name: 'Posts of others' }).getByRole('button', { name }).click()
    const viewer = this.page.getByRole('dialog', { name: `Posts of ${name}` })
    await viewer.getByRole('button', { name: 'Stay on this post', exact: true }).click()
    return viewer
  }

  // ---------------------------------------------------------------- groups

  /** Of contacts; opens its conversation. */
  async makeGroup(people: readonly string[], name: string): Promise<void> {
    await this.page.getByRole('button', { name: 'New message' }).click()
    const dialog = this.page.getByRole('dialog', { name: 'New message' })
    for (const person of people) await dialog.getByRole('checkbox', { name: person }).check()
    await dialog.getByRole('textbox', { name: 'Name of the group' }).fill(name)
    await dialog.getByRole('button', { name: 'Make group' }).click()
    await this.page.getByRole('heading', { name, exact: true }).waitFor()
  }

  /** With its conversation open. */
  async removeFromGroup(name: string): Promise<void> {
    await this.page.getByRole('link', { name: 'Details' }).click()
    const details = this.page.getByRole('complementary', { name: 'Details' })
    await details.getByRole('button', { name: `Options for ${name}` }).click()
    await this.page.getByRole('menuitem', { name: 'Remove from group' }).click()
    const dialog = this.page.getByRole('dialog', { name: `Remove ${name}` })
    await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
    await dialog.waitFor({ state: 'hidden' })
    await details.getByRole('link', { name: 'Close' }).click()
  }

  // ---------------------------------------------------------------- media

  /** From 0 to 1; 1 as well when nothing is under way. */
  async progress(article: Locator, kind: 'Upload' | 'Download'): Promise<number> {
    if ((await article.count()) === 0 || (await article.getByText('Waiting for').count()) > 0) return 0
    const bars = article.getByRole('progressbar', { name: kind })
    const [fraction = 1] = await bars.evaluateAll((elements) =>
      elements.map(
        (bar) => Number(bar.getAttribute('aria-valuenow')) / Number(bar.getAttribute('aria-valuemax') ?? 100),
      ),
    )
    return fraction
  }

  /** Opens the photo or video of an article and saves it: the decrypted bytes. */
  async saveMedia(article: Locator, kind: 'photo' | 'video'): Promise<Buffer> {
    const button = article.getByRole('button', { name: kind === 'photo' ? 'View photo' : 'Play video' })
    await button.click()
    const viewer = this.page.getByRole('dialog', { name: 'Media viewer' })
    const path = await this.#saved(() => viewer.getByRole('button', { name: 'Save' }).click())
    await viewer.getByRole('button', { name: 'Close' }).click()
    await viewer.waitFor({ state: 'hidden' })
    return readFile(path)
  }

  async #saved(save: () => Promise<void>): Promise<string> {
    const folder = this.#downloads
    if (folder === undefined) {
      const download = this.page.waitForEvent('download')
      await save()
      return (await download).path()
    }
    const before = new Set(await filesIn(folder))
    await save()
    let path: string | undefined
    await until(async () => (path = (await filesIn(folder)).find((name) => !before.has(name))) !== undefined)
    return join(folder, path ?? '')
  }

  /** A JPEG of this size, which nothing of the app has anything to do with. */
  async paintPhoto(width: number, height: number): Promise<Buffer> {
    const bytes = await this.page.evaluate(paint, { width, height })
    return Buffer.from(bytes)
  }

  /** Pixels of the photo as shown in an article. */
  async shownSize(article: Locator): Promise<{ readonly width: number; readonly height: number }> {
    const image = article.getByRole('button', { name: 'View photo' }).locator('img').last().last()
    let size = { width: 0, height: 0 }
    // In one step: what is shown small at first is replaced by another element.
    await until(async () => {
      size = await image.evaluate(sizeOnceDecoded)
      return size.width > 0
    })
    return size
  }
}

/** Runs in the page. Nothing by nothing before. */
function sizeOnceDecoded(image: Element): { width: number; height: number } {
  if (!(image instanceof HTMLImageElement) || !image.complete) return { width: 0, height: 0 }
  return { width: image.naturalWidth, height: image.naturalHeight }
}

/** Runs in the page. Enough going on in it that it is not small. */
async function paint({ width, height }: { readonly width: number; readonly height: number }): Promise<number[]> {
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (context === null) throw new Error('no canvas')
  for (let at = 0; at < width; at += 8) {
    context.fillStyle = `hsl(${at} 60% ${30 + (at % 40)}%)`
    context.fillRect(at, (at * 37) % height, 400, height / 3)
  }
  const file = await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 })
  return [...new Uint8Array(await file.arrayBuffer())]
}

/** What is complete: while it is written, Firefox keeps it under another name. */
async function filesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => [])
  const files = await Promise.all(names.map(async (name) => ({ name, size: (await stat(join(folder, name))).size })))
  return files.filter(({ name, size }) => size > 0 && !name.endsWith('.part')).map(({ name }) => name)
}

/** By the keyboard, once it can be: a tap that a busy machine draws out is a hold to a button that films while it is held. */
export async function tapByKey(button: Locator): Promise<void> {
  await button.click({ trial: true })
  await button.press('Enter')
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + patienceMs
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error('what was waited for did not happen')
    await delay(50)
  }
}
