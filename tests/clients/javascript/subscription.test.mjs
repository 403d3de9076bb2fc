/** The story of a subscription, month after month. */
import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { control, to, world } from "./world.mjs"

const email = "ada@example.com"
const home = {
  first_name: "Ada",
  last_name: "Byron",
  line_1: "Via Dante 12",
  city: "Milano",
  zip_code: "20121",
  state_code: "MI",
  country_code: "IT",
  phone: "+39 02 0000 0100",
}

let shop
let admin
let ada
let order

before(async () => {
  shop = await world(1)
  admin = await shop.integration()
  const [market] = await admin.markets.list({ filters: { code_eq: "europe" } })
  const subscription_model = await admin.subscription_models.create({
    name: "Monthly",
    frequencies: ["monthly"],
  })
  await admin.markets.update({ id: market.id, subscription_model: to(subscription_model) })
})

after(() => shop.end())

/** Let the sandbox's clock stand at a moment. */
function at(moment) {
  return control("PUT", `/organizations/${shop.organization}/clock`, { frozen_at: moment })
}

/** Log in anew: tokens expire as months pass. */
async function login() {
  return shop.sdk((await shop.login(email, "first secret")).accessToken)
}

test("she orders something every month", async () => {
  await at("2027-01-31T10:00:00Z")
  await (await shop.guest()).customers.create({ email, password: "first secret" })
  ada = await login()
  order = await ada.orders.create({})
  const line = { sku_code: "CANDLE-CEDAR", quantity: 2, frequency: "monthly" }
  await ada.line_items.create({ order: to(order), ...line })
  const address = await ada.addresses.create(home)
  await ada.orders.update({
    id: order.id,
    billing_address: to(address),
    _shipping_address_same_as_billing: true,
  })
  const { shipments, available_payment_methods } = await ada.orders.retrieve(order.id, {
    include: ["shipments.available_shipping_methods", "available_payment_methods"],
  })
  const [method] = shipments[0].available_shipping_methods
  await ada.shipments.update({ id: shipments[0].id, shipping_method: to(method) })
  const card = available_payment_methods.find(
    ({ payment_source_type }) => payment_source_type === "stripe_payments",
  )
  await ada.orders.update({ id: order.id, payment_method: to(card) })
  await ada.stripe_payments.create({ order: to(order) })
  await ada.orders.update({ id: order.id, _save_payment_source_to_customer_wallet: true })
  await ada.orders.update({ id: order.id, _place: true })
  await ada.orders.update({ id: order.id, _create_subscriptions: true })
  const [subscription] = await ada.order_subscriptions.list()

  assert.equal(subscription.status, "active")
  assert.equal(subscription.next_run_at, "2027-02-28T10:00:00.000Z")
})

test("each month brings an order that costs what the first one did", async () => {
  await at("2027-05-01T00:00:00Z")
  admin = await shop.integration()
  const [subscription] = await admin.order_subscriptions.list({
    include: ["orders"],
    filters: { customer_email_eq: email },
  })

  assert.equal(subscription.occurrencies, 3)
  assert.equal(subscription.next_run_at, "2027-05-31T10:00:00.000Z")
  const made = subscription.orders.map((each) => [
    each.placed_at,
    each.payment_status,
    each.total_amount_with_taxes_cents,
  ])
  assert.deepEqual(made, [
    ["2027-02-28T10:00:00.000Z", "authorized", 5500],
    ["2027-03-31T10:00:00.000Z", "authorized", 5500],
    ["2027-04-30T10:00:00.000Z", "authorized", 5500],
  ])
})
