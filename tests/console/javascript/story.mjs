// A new user's first hour in the console, with a browser, a width and a colour scheme.
//
// From the console alone: a customer in a group, an order, time that stands still, a list that
// fails, the journal, a replay, a webhook that arrives, a snapshot restored. On the way every page
// is checked by axe and looked at: nothing scrolls sideways, nothing is refused by the policy.
import { readFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { pathToFileURL } from "node:url"

const { CONSOLE, MODULES, CHROMIUM, WIDTH, SCHEME, SHOTS } = process.env
const module = (...path) => join(MODULES, ...path)
const { chromium } = await import(pathToFileURL(module("playwright-core", "index.mjs")))
const axe = readFileSync(module("axe-core", "axe.min.js"), "utf8")

const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] })
const context = await browser.newContext({
  viewport: { width: Number(WIDTH), height: 900 },
  colorScheme: SCHEME,
  acceptDownloads: true,
})
context.setDefaultTimeout(60_000)
const page = await context.newPage()
const complaints = []
page.on("console", (message) => {
  // What the console shows of refused requests is what the story asks for.
  const expected = /the server responded with a status of (4|286)/.test(message.text())
  if (["error", "warning"].includes(message.type()) && !expected) complaints.push(message.text())
})
page.on("pageerror", (error) => complaints.push(error.message))

const main = page.locator("main")
const press = (name) => main.getByRole("button", { name, exact: true }).first().click()
const go = async (name) => {
  await page.getByRole("navigation", { name: "Console" }).getByRole("link", { name }).click()
}
const sees = async (text) => {
  await main.getByText(text).first().waitFor()
}
const idOfPage = () => new URL(page.url()).pathname.split("/").at(-1)
let shots = 0

async function look(name) {
  await page.evaluate(axe)
  const { violations } = await page.evaluate(() => globalThis.axe.run(document))
  for (const { id, help, nodes } of violations) {
    complaints.push(`${name}: ${id}: ${help}: ${nodes.map((node) => node.html).join(" ")}`)
  }
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  if (over > 0) complaints.push(`${name} is ${over} pixels wider than the screen`)
  const path = join(SHOTS, `${String(++shots).padStart(2, "0")}-${name}-${WIDTH}-${SCHEME}.png`)
  await page.screenshot({ path, fullPage: true })
}

async function create(type, fields) {
  await page.goto(`${CONSOLE}/acme/test/data/${type}/new`)
  for (const [label, value] of Object.entries(fields)) {
    await main.getByLabel(label, { exact: true }).fill(value)
  }
}

// --- the overview, from the root
await page.goto(new URL("/", CONSOLE).href)
await sees("Ready")
await look("overview")
await page.keyboard.press("Tab")
if ((await page.evaluate(() => document.activeElement.className)) !== "skip") {
  complaints.push("the first stop of the keyboard is not the way to the content")
}

// --- a webhook to the receiver of the console
await go("Webhooks")
await press("Subscribe")
await sees("is delivered to")
await look("webhooks")

// --- a snapshot of how it was
await go("Situations")
await look("situations")
const [download] = await Promise.all([
  page.waitForEvent("download"),
  main.getByRole("link", { name: "Download a snapshot" }).click(),
])
const snapshot = await download.path()

// --- a customer, refused first, and added to a group by a search
await go("Data")
await look("types")
await create("customers", { "email required": "nobody" })
await look("form")
await press("Create")
await sees("is invalid")
await look("refused")
await main.getByLabel("email required", { exact: true }).fill("ada@example.com")
await press("Create")
await sees("is created")
const customer = idOfPage()
await create("customer_groups", { "name required": "Very loyal" })
await press("Create")
await sees("is created")
await page.goto(`${CONSOLE}/acme/test/data/customers/${customer}/edit`)
const group = main.getByLabel("customer_group", { exact: true })
await group.pressSequentially("very lo")
const list = page.locator(`#${await group.getAttribute("list")}`)
await list.locator("option", { hasText: "Very loyal" }).waitFor({ state: "attached" })
await group.fill(await list.locator("option").first().getAttribute("value"))
await press("Save")
await sees("customer_group changed")
await main.getByRole("link", { name: "Very loyal" }).click()
await sees("ada@example.com")

// --- an order for it
await page.goto(`${CONSOLE}/acme/test/data/customers/${customer}`)
await press("Place an order")
await sees("is placed")
await look("customer")
await main.getByRole("cell", { name: /\d+/ }).getByRole("link").first().waitFor()
await page.goto(`${CONSOLE}/acme/test/data/customers/${customer}/orders`)
await look("list")
await main.locator("tbody th a").first().click()
await sees("placed")
await look("order")

// --- the webhook has arrived, with a signature that is right
await go("Webhooks")
await main.getByRole("link", { name: "what has arrived" }).click()
await sees("signature is right")
await look("receiver")
await go("Webhooks")
await main.getByRole("link", { name: "customers.create" }).last().click()
await sees("Attempts")
await look("delivery")

// --- time stands still
await go("Situations")
await press("Freeze")
await sees("Time stands still")
await press("+ 1 day")
await sees("It is 20")

// --- the next list fails with 429, is seen in the journal, and replayed
await main.getByLabel("Action").first().selectOption("list")
await main.getByLabel("Times").first().fill("1")
await press("Add the fault")
await sees("is in force")
await page.goto(`${CONSOLE}/acme/test/data/customers`)
await main.getByText("API call").click()
await press("Send this call")
await main.getByRole("heading", { name: /^429/ }).waitFor()
await look("answer")
await go("Journal")
await look("journal")
await main.locator("tbody tr", { hasText: "429" }).getByRole("link").first().click()
await main.getByRole("heading", { name: /^429/ }).waitFor()
await look("exchange")
await press("Replay")
await main.getByRole("heading", { name: /^200/ }).waitFor()

// --- the list that grows does so by itself
await go("Journal")
const before = await main.locator("tbody tr").count()
const other = await context.newPage()
await other.goto(`${CONSOLE}/acme/test/data/tags`)
await other.locator("main").getByText("API call").click()
await other.locator("main").getByRole("button", { name: "Send this call" }).click()
await other.close()
await page.waitForFunction((n) => document.querySelectorAll("tbody tr").length > n, before)

// --- a token
await go("Tokens")
await press("Get a token")
await sees("accepted")
await look("tokens")

// --- live is another world, and looks it
await page.getByRole("navigation", { name: "Mode" }).getByRole("link", { name: "live" }).click()
await page.getByText("live mode").first().waitFor()
await look("live")
await page.getByRole("navigation", { name: "Mode" }).getByRole("link", { name: "test" }).click()

// --- back to the snapshot: the customer is gone
await go("Situations")
await main.locator("input[type=file]").setInputFiles(snapshot)
await press("Restore it in place of what is there")
await sees("is as the snapshot says")
await page.goto(`${CONSOLE}/acme/test/data/customers/${customer}`)
await main.getByRole("heading", { name: "404" }).waitFor()

await browser.close()
console.log(JSON.stringify(complaints, null, 2))
process.exit(complaints.length ? 1 : 0)
