import assert from "node:assert/strict"
import { execFile } from "node:child_process"
import { once } from "node:events"
import { createRequire } from "node:module"
import { test } from "node:test"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { Worker } from "node:worker_threads"
import { backOfficeToken, organization } from "../src/shop.js"

const { status } = createRequire(import.meta.url)("../src/status.cjs")
const url = `https://${organization}.commercelayer.io/api/customers?page[size]=1`
const count = new URL("../src/count.js", import.meta.url)

test("fetch", async () => {
  const headers = {
    accept: "application/vnd.api+json",
    authorization: `Bearer ${await backOfficeToken()}`,
  }
  const { data } = await (await fetch(url, { headers })).json()

  assert.ok(data[0].links.self.startsWith(`https://${organization}.commercelayer.io/api/customers/`))
})

test("node:https", async () => {
  assert.equal(await status(url, await backOfficeToken()), 200)
  assert.equal(await status(url, "no.such.token"), 401)
})

test("a thread", async () => {
  const [counted] = await once(new Worker(count), "message")

  assert.ok(counted > 0)
})

test("a process", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(count)])

  assert.ok(Number(stdout) > 0)
})
