/** The story of a customer, from signing up to being forgotten. */
import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { refusal } from "./sandbox.mjs"
import { to, world } from "./world.mjs"

const email = "ada@example.com"
const home = {
  first_name: "Ada",
  last_name: "Byron",
  line_1: "St James's Square 12",
  city: "London",
  zip_code: "SW1Y 4JH",
  country_code: "GB",
  phone: "+44 20 0000 0000",
}

let shop
let admin
let ada
let customer
let address
const orders = []

before(async () => {
  shop = await world()
  admin = await shop.integration()
})

after(() => shop.end())

/** Log in and return a client. */
async function login(password) {
  const answer = await shop.login(email, password)
  assert.equal(answer.errors, undefined)
  customer = { type: "customers", id: answer.ownerId }
  return shop.sdk(answer.accessToken)
}

/** Fill a cart and return it. */
async function cart(code, quantity) {
  const order = await ada.orders.create({})
  await ada.line_items.create({ order: to(order), sku_code: code, quantity })
  return order
}

/** Choose how an order is shipped, and that it is paid by wire transfer. */
async function choose(id) {
  const { shipments, available_payment_methods } = await ada.orders.retrieve(id, {
    include: ["shipments.available_shipping_methods", "available_payment_methods"],
  })
  for (const shipment of shipments) {
    const [method] = shipment.available_shipping_methods
    await ada.shipments.update({ id: shipment.id, shipping_method: to(method) })
  }
  const transfer = available_payment_methods.find(
    ({ payment_source_type }) => payment_source_type === "wire_transfers",
  )
  await ada.orders.update({ id, payment_method: to(transfer) })
}

test("she signs up as a visitor", async () => {
  const visitor = await shop.guest()
  const made = await visitor.customers.create({ email, password: "first secret" })

  assert.equal(made.status, "prospect")
  assert.equal(made.has_password, true)
  assert.equal((await refusal(visitor.customers.retrieve(made.id), 401)).code, "UNAUTHORIZED")
})

test("she logs in", async () => {
  ada = await login("first secret")

  assert.equal((await ada.customers.retrieve(customer.id)).email, email)
})

test("she keeps an address", async () => {
  address = await ada.addresses.create(home)
  await ada.customer_addresses.create({ customer, address: to(address) })
  const [kept] = await ada.customer_addresses.list({ include: ["address"] })

  assert.equal(kept.address.id, address.id)
  assert.match(kept.name, /^Ada Byron, St James's Square 12/)
})

test("she places an order and keeps how she paid", async () => {
  const order = await cart("CUP-ENAMEL", 2)
  await ada.orders.update({
    id: order.id,
    _billing_address_clone_id: address.id,
    _shipping_address_same_as_billing: true,
  })
  await choose(order.id)
  await ada.wire_transfers.create({ order: to(order) })
  await ada.orders.update({ id: order.id, _save_payment_source_to_customer_wallet: true })
  const placed = await ada.orders.update(
    { id: order.id, _place: true },
    { include: ["line_items", "customer", "billing_address", "payment_source"] },
  )
  orders.push(placed)

  assert.equal(placed.status, "placed")
  assert.ok(placed.placed_at)
  assert.equal(placed.total_amount_cents, 3800)
  assert.equal(placed.formatted_total_amount, "€38,00")
  assert.equal(placed.payment_status, "authorized")
  assert.equal(placed.line_items[0].total_amount_cents, 3100)
  assert.equal(placed.payment_source.type, "wire_transfers")
  assert.notEqual(placed.billing_address.id, address.id)
  assert.equal(placed.customer.status, "acquired")
  assert.equal(placed.customer.total_orders_count, 1)
})

test("she pays the next one out of her wallet", async () => {
  const [saved] = await ada.customer_payment_sources.list()
  const order = await cart("PENCIL-RED", 1)
  await ada.orders.update({
    id: order.id,
    _billing_address_clone_id: address.id,
    _shipping_address_same_as_billing: true,
  })
  await choose(order.id)
  await ada.orders.update({ id: order.id, _customer_payment_source_id: saved.id })
  const placed = await ada.orders.update({ id: order.id, _place: true })
  orders.push(placed)
  const now = await ada.customers.retrieve(customer.id)

  assert.equal(placed.status, "placed")
  assert.deepEqual([now.status, now.total_orders_count], ["repeat", 2])
  assert.equal((await refusal(admin.customers.delete(customer.id), 423)).code, "LOCKED")
})

test("she sends something back", async () => {
  const [order] = orders
  await admin.orders.update({ id: order.id, _approve_and_capture: true })
  const [shipment] = await admin.orders.shipments(order.id)
  for (const step of ["_packing", "_ready_to_ship", "_ship", "_deliver"]) {
    await admin.shipments.update({ id: shipment.id, [step]: true })
  }
  const returned = await ada.returns.create({ order: to(order) })
  const [line] = order.line_items
  await ada.return_line_items.create({ return: to(returned), line_item: to(line), quantity: 1 })
  const requested = await ada.returns.update({ id: returned.id, _request: true })
  const approved = await admin.returns.update({ id: returned.id, _approve: true })
  const received = await admin.returns.update({ id: returned.id, _ship: true })

  assert.equal(requested.status, "requested")
  assert.equal(approved.status, "approved")
  assert.ok(approved.approved_at)
  assert.equal(received.status, "shipped")
  assert.equal(requested.customer_email, email)
})

test("she forgets her password and sets another one", async () => {
  const reset = await admin.customer_password_resets.create({ customer_email: email })
  const visitor = await shop.guest()
  const change = { id: reset.id, customer_password: "second secret" }
  const wrong = { ...change, _reset_password_token: "guessed" }
  await refusal(visitor.customer_password_resets.update(wrong), 422)
  await visitor.customer_password_resets.update({
    ...change,
    _reset_password_token: reset.reset_password_token,
  })
  const refused = await shop.login(email, "first secret")

  assert.equal(refused.errors[0].title, "invalid_grant")
  ada = await login("second secret")
})

test("she asks to be forgotten", async () => {
  const staff = await shop.staff()
  const asked = await staff.customers.update({ id: customer.id, _request_anonymization: true })
  await refusal(staff.customers.update({ id: customer.id, _request_anonymization: true }), 422)

  assert.equal(asked.anonymization_status, "requested")
  assert.equal(asked.email, email)
  await shop.advance("P2D")
})

test("nothing of her is left, and the shop's figures are", async () => {
  admin = await shop.integration()
  const gone = await admin.customers.retrieve(customer.id, {
    include: ["customer_addresses.address", "customer_payment_sources", "orders.billing_address"],
  })
  const [book] = gone.customer_addresses
  const everything = JSON.stringify(gone)

  assert.equal(gone.anonymization_status, "completed")
  assert.match(gone.email, /^anonymized-[a-z]{10}-\d+@anonymized\.invalid$/)
  assert.deepEqual([gone.has_password, gone.status], [false, "repeat"])
  assert.equal(book.address.full_name, "Anonymized Customer")
  assert.deepEqual(gone.customer_payment_sources ?? [], [])
  assert.equal(gone.orders.length, 2)
  assert.equal(gone.orders[0].customer_email, gone.email)
  assert.equal(gone.orders[0].billing_address.line_1, "***")
  assert.equal(gone.orders[0].total_amount_cents, 3800)
  for (const trace of [email, "Ada", "Byron", "St James", "SW1Y"]) {
    assert.ok(!everything.includes(trace), trace)
  }
  assert.ok((await shop.login(email, "second secret")).errors)
})
