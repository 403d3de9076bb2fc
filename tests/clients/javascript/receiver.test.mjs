/** The story of a receiver of webhooks that verifies, is down for a while, and misses nothing. */
import assert from "node:assert/strict"
import { createHmac } from "node:crypto"
import { createServer } from "node:http"
import { after, before, test } from "node:test"
import { control, world } from "./world.mjs"

let shop
let admin
let server
let hook
let answer = 200
const received = []

before(async () => {
  shop = await world(0)
  admin = await shop.integration()
  server = createServer((request, response) => {
    const chunks = []
    request.on("data", (chunk) => chunks.push(chunk))
    request.on("end", () => {
      received.push({ status: answer, headers: request.headers, body: Buffer.concat(chunks) })
      response.writeHead(answer).end()
    })
  })
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
})

after(async () => {
  server.close()
  await shop.end()
})

/** Wait until something is so. */
async function until(condition) {
  for (let turn = 0; turn < 400 && !(await condition()); turn++) {
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  assert.ok(await condition(), String(condition))
}

/** The emails of the customers that were taken delivery of, in order. */
function taken() {
  return received
    .filter(({ status }) => status === 200)
    .map(({ body }) => JSON.parse(body).data.attributes.email)
}

test("it subscribes and gets what happens, signed", async () => {
  const callback_url = `http://127.0.0.1:${server.address().port}/hook`
  hook = await admin.webhooks.create({ topic: "customers.create", callback_url })
  assert.equal(hook.circuit_state, "closed")
  const customer = await admin.customers.create({ email: "first@example.com" })
  await until(() => received.length === 1)
  const [{ headers, body }] = received
  const signature = createHmac("sha256", hook.shared_secret).update(body).digest("base64")

  assert.equal(headers["x-commercelayer-topic"], "customers.create")
  assert.equal(headers["x-commercelayer-signature"], signature)
  assert.equal(JSON.parse(body).data.links.self, `/api/customers/${customer.id}`)
})

test("it is down, and nobody who writes notices", async () => {
  answer = 503
  for (const name of ["second", "third", "fourth"]) {
    await admin.customers.create({ email: `${name}@example.com` })
  }
  await until(() => received.length > 1)
  const failing = await admin.webhooks.retrieve(hook.id)

  assert.ok(failing.circuit_failure_count > 0)
  assert.equal(failing.circuit_state, "closed")
})

test("it is up again, and has missed nothing", async () => {
  answer = 200
  await shop.advance("PT20M")
  admin = await shop.integration()
  await until(() => taken().length === 4)
  const secret = (await admin.webhooks.retrieve(hook.id)).shared_secret
  for (const { headers, body } of received) {
    const signature = createHmac("sha256", secret).update(body).digest("base64")
    assert.equal(headers["x-commercelayer-signature"], signature)
  }

  const names = ["first", "second", "third", "fourth"]
  assert.deepEqual(taken(), names.map((name) => `${name}@example.com`))
  await until(async () => (await admin.webhooks.retrieve(hook.id)).circuit_failure_count === 0)
})

test("it asks for an event once more", async () => {
  const [event] = await admin.events.list({ filters: { name_eq: "customers.create" } })
  await admin.events.update({ id: event.id, _trigger: true })
  await until(() => taken().length === 5)
  const callbacks = await admin.event_callbacks.list({ sort: { id: "desc" } })
  const { deliveries } = await control("GET", `/deliveries?organization=${shop.organization}`)

  assert.equal(taken()[4], "first@example.com")
  assert.equal(callbacks[0].response_code, "200")
  assert.equal(deliveries.length, 5)
})
