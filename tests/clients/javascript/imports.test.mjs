/** The story of an integration that brings its customers along. */
import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { world } from "./world.mjs"

const ROWS = 5000
let shop
let admin
let rows

before(async () => {
  shop = await world(0)
  admin = await shop.integration()
  rows = Array.from({ length: ROWS }, (_, number) => ({
    // Three of a hundred are no addresses.
    email: number % 100 < 3 ? `nobody ${number}` : `customer${number}@example.com`,
    reference: `OLD-${number}`,
    metadata: { number },
  }))
})

after(() => shop.end())

test("five thousand customers, three of a hundred of them bad", async () => {
  let made = await admin.imports.create({ resource_type: "customers", inputs: rows })
  assert.equal(made.status, "pending")
  assert.equal(made.inputs_size, ROWS)
  const seen = new Set()
  for (let turn = 0; made.status !== "completed" && turn < 600; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 100))
    made = await admin.imports.retrieve(made.id)
    seen.add(made.status)
    assert.notEqual(made.status, "interrupted")
  }

  assert.equal(made.status, "completed")
  assert.ok(made.started_at && made.completed_at)
  assert.deepEqual([made.processed_count, made.errors_count], [4850, 150])
  assert.equal(Object.keys(made.errors_log).length, 150)
  assert.deepEqual(made.errors_log["nobody 0"], { email: ["is invalid"] })
  assert.equal(await admin.customers.count(), 4850)
})

test("a second run updates what the first one made", async () => {
  const inputs = rows.slice(3, 13).map((row) => ({ ...row, reference: "NEW" }))
  const made = await admin.imports.create({ resource_type: "customers", inputs })
  await shop.advance("PT1H")
  admin = await shop.integration()
  const done = await admin.imports.retrieve(made.id)
  const [customer] = await admin.customers.list({ filters: { email_eq: inputs[0].email } })

  assert.deepEqual([done.status, done.processed_count], ["completed", 10])
  assert.equal(customer.reference, "NEW")
  assert.equal(await admin.customers.count(), 4850)
})

test("what came in goes out as a file", async () => {
  const made = await admin.exports.create({
    resource_type: "customers",
    filters: { reference_eq: "NEW" },
  })
  await shop.advance("PT1M")
  admin = await shop.integration()
  const done = await admin.exports.retrieve(made.id)
  const file = await (await fetch(done.attachment_url)).json()

  assert.deepEqual([done.status, done.records_count], ["completed", 10])
  assert.equal(file.length, 10)
  assert.equal(file[0].reference, "NEW")
})
