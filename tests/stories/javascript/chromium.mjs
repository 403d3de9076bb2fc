// A page of Chromium, as far as the pages of the documentation drive one by Playwright.
import { spawn } from "node:child_process"
import { once } from "node:events"
import { setTimeout as sleep } from "node:timers/promises"

const PATIENCE = 20_000
const OPTIONS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]

/** The DevTools protocol over the pipes of a browser: messages that a zero byte ends. */
class Devtools {
  #asked = new Map()
  #last = 0
  #unread = ""

  constructor(browser) {
    this.browser = browser
    browser.stdio[4].setEncoding("utf8").on("data", (text) => this.#read(text))
  }

  #read(text) {
    const messages = (this.#unread + text).split("\0")
    this.#unread = messages.pop()
    for (const { id, result, error } of messages.map((each) => JSON.parse(each))) {
      const asked = this.#asked.get(id)
      if (error) asked?.reject(new Error(error.message))
      else asked?.resolve(result)
      this.#asked.delete(id)
    }
  }

  ask(method, params = {}) {
    const id = ++this.#last
    const { sessionId } = this
    this.browser.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
    return new Promise((resolve, reject) => this.#asked.set(id, { resolve, reject }))
  }

  async attach() {
    const { targetId } = await this.ask("Target.createTarget", { url: "about:blank" })
    const { sessionId } = await this.ask("Target.attachToTarget", { targetId, flatten: true })
    return Object.assign(this, { sessionId })
  }

  async end() {
    delete this.sessionId
    const over = once(this.browser, "exit")
    await this.ask("Browser.close").catch(() => this.browser.kill())
    await over
  }
}

/** Something on the page: `find` is an expression of it, which is none until it is there. */
class Locator {
  constructor(page, find, described) {
    Object.assign(this, { page, find, described })
  }

  async visible() {
    const shown = `(${this.find})?.checkVisibility() ?? false`
    for (const end = Date.now() + PATIENCE; !(await this.page.run(shown)); await sleep(20)) {
      if (Date.now() > end) throw new Error(`no ${this.described} on ${await this.page.text()}`)
    }
  }

  async click() {
    await this.visible()
    await this.page.run(`(${this.find}).click()`)
  }

  async fill(text) {
    await this.visible()
    await this.page.run(`(${this.find}).value = ${JSON.stringify(text)}`)
  }
}

export class Page {
  constructor(devtools, baseURL) {
    Object.assign(this, { devtools, baseURL })
  }

  static async opened(profile, baseURL) {
    const told = [...OPTIONS, "--remote-debugging-pipe", `--user-data-dir=${profile}`]
    const stdio = ["ignore", "ignore", "ignore", "pipe", "pipe"]
    const browser = spawn("chromium", told, { stdio })
    return new Page(await new Devtools(browser).attach(), baseURL)
  }

  async run(expression) {
    const asked = { expression, returnByValue: true, awaitPromise: true }
    const { result, exceptionDetails } = await this.devtools.ask("Runtime.evaluate", asked)
    if (exceptionDetails) throw new Error(exceptionDetails.exception.description)
    return result.value
  }

  text() {
    return this.run("document.body.innerText")
  }

  async goto(path) {
    const { href } = new URL(path, this.baseURL)
    await this.devtools.ask("Page.navigate", { url: href })
    const loaded = `location.href === ${JSON.stringify(href)} && document.readyState === "complete"`
    while (!(await this.run(loaded))) await sleep(20)
  }

  getByLabel(text) {
    return this.#first("label", text, ".control")
  }

  getByRole(role, { name }) {
    return this.#first(role, name)
  }

  getByText(text) {
    return this.#first(":not(:has(*), script, title)", text)
  }

  #first(selector, text, member = "") {
    const all = `[...document.querySelectorAll(${JSON.stringify(selector)})]`
    const found = `${all}.find((each) => each.textContent.includes(${JSON.stringify(text)}))`
    return new Locator(this, `${found}?${member || ".valueOf()"}`, `${selector} "${text}"`)
  }
}
