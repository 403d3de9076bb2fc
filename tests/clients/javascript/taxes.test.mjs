/** The story of a tax service of the merchant's own, that fails for a while and heals. */
import assert from "node:assert/strict"
import { createHmac } from "node:crypto"
import { createServer } from "node:http"
import { after, before, test } from "node:test"
import { to, world } from "./world.mjs"

let shop
let admin
let server
let calculator
let order
let isDown = false
const received = []

before(async () => {
  shop = await world(1)
  admin = await shop.integration()
  server = createServer((request, response) => {
    const chunks = []
    request.on("data", (chunk) => chunks.push(chunk))
    request.on("end", () => {
      const body = Buffer.concat(chunks)
      received.push({ headers: request.headers, body })
      const { included } = JSON.parse(body)
      const line_items = included
        .filter(({ type, attributes }) => type === "line_items" && attributes.sku_code)
        .map(({ id }) => ({ id, tax_rate: 0.1 }))
      const answer = { success: true, data: { tax_rate: 0.1, line_items } }
      response.writeHead(isDown ? 503 : 200, { "Content-Type": "application/json" })
      response.end(isDown ? "" : JSON.stringify(answer))
    })
  })
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve))
  calculator = await admin.external_tax_calculators.create({
    name: "Ours",
    tax_calculator_url: `http://127.0.0.1:${server.address().port}/taxes`,
  })
  const [market] = await admin.markets.list({ filters: { code_eq: "usa" } })
  await admin.markets.update({ id: market.id, tax_calculator: to(calculator) })
  order = await admin.orders.create({
    market: to(market),
    customer_email: "ada@example.com",
  })
  const address = await admin.addresses.create({
    first_name: "Ada",
    last_name: "Byron",
    line_1: "120 Mulberry Street",
    city: "Newark",
    zip_code: "07102",
    state_code: "NJ",
    country_code: "US",
    phone: "+1 973 555 0100",
  })
  await admin.orders.update({
    id: order.id,
    billing_address: to(address),
    _shipping_address_same_as_billing: true,
  })
})

after(async () => {
  server.close()
  await shop.end()
})

/** What the order costs by now. */
async function taxes() {
  const { total_tax_amount_cents, total_amount_with_taxes_cents } = await admin.orders.retrieve(
    order.id,
  )
  return [total_tax_amount_cents, total_amount_with_taxes_cents]
}

test("it is asked, signed, and its rates are applied", async () => {
  await admin.line_items.create({ order: to(order), sku_code: "CANDLE-CEDAR", quantity: 2 })
  const { headers, body } = received.at(-1)
  const { shared_secret } = await admin.external_tax_calculators.retrieve(calculator.id)
  const signature = createHmac("sha256", shared_secret).update(body).digest("base64")

  assert.equal(headers["x-commercelayer-signature"], signature)
  assert.equal(JSON.parse(body).data.type, "orders")
  assert.deepEqual(await taxes(), [480, 5280])
})

test("while it is down, orders can be changed all the same", async () => {
  isDown = true
  const line = { order: to(order), sku_code: "PEN-BRASS", quantity: 1 }
  const made = await admin.line_items.create(line)

  assert.equal(made.total_amount_cents, 3800)
  const { circuit_failure_count } = await admin.external_tax_calculators.retrieve(calculator.id)
  assert.ok(circuit_failure_count > 0)
})

test("once it has healed, taxes are right again", async () => {
  isDown = false
  await admin.orders.update({ id: order.id, _update_taxes: true })
  const { circuit_failure_count } = await admin.external_tax_calculators.retrieve(calculator.id)

  assert.deepEqual([circuit_failure_count, ...(await taxes())], [0, 860, 9460])
})
