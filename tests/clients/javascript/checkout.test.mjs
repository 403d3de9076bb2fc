/** The story of two carts, a guest's and a customer's, from the first line to the refund. */
import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { refusal } from "./sandbox.mjs"
import { to, world } from "./world.mjs"

const CODE = "AUTUMN-2026"
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
let card

before(async () => {
  shop = await world(1)
  admin = await shop.integration()
  const promotion = await admin.percentage_discount_promotions.create({
    name: "Ten percent",
    percentage: 10,
    starts_at: "2020-01-01T00:00:00Z",
    expires_at: "2099-01-01T00:00:00Z",
  })
  const promotion_rule = await admin.coupon_codes_promotion_rules.create({
    promotion: to(promotion),
  })
  await admin.coupons.create({ code: CODE, promotion_rule: to(promotion_rule) })
})

after(() => shop.end())

/** A gift card that can be paid with. */
async function giftCard(balance_cents) {
  const made = await admin.gift_cards.create({ balance_cents, currency_code: "EUR" })
  await admin.gift_cards.update({ id: made.id, _purchase: true })
  return admin.gift_cards.update({ id: made.id, _activate: true })
}

/** A cart with a jacket of 59.00 and two caps of 22.00. */
async function cart(buyer, attributes = {}) {
  const order = await buyer.orders.create(attributes)
  await buyer.line_items.create({ order: to(order), sku_code: "JACKET-RAIN-L", quantity: 1 })
  await buyer.line_items.create({ order: to(order), sku_code: "CAP-CORD", quantity: 2 })
  return order
}

/** The amounts of an order that are told apart below. */
async function amounts(buyer, { id }) {
  const order = await buyer.orders.retrieve(id)
  return {
    subtotal: order.subtotal_amount_cents,
    discount: order.discount_amount_cents,
    shipping: order.shipping_amount_cents,
    tax: order.total_tax_amount_cents,
    total: order.total_amount_cents,
    gift_card: order.gift_card_amount_cents,
    due: order.total_amount_with_taxes_cents,
  }
}

/** Give a cart an address, a way to ship and a way to pay. */
async function checkOut(buyer, order) {
  const address = await buyer.addresses.create(home)
  await buyer.orders.update({
    id: order.id,
    billing_address: to(address),
    _shipping_address_same_as_billing: true,
  })
  const { shipments, available_payment_methods } = await buyer.orders.retrieve(order.id, {
    include: ["shipments.available_shipping_methods", "available_payment_methods"],
  })
  for (const shipment of shipments) {
    const standard = shipment.available_shipping_methods.find(
      ({ name }) => name === "Standard shipping",
    )
    await buyer.shipments.update({ id: shipment.id, shipping_method: to(standard) })
  }
  const method = available_payment_methods.find(
    ({ payment_source_type }) => payment_source_type === "stripe_payments",
  )
  await buyer.orders.update({ id: order.id, payment_method: to(method) })
}

test("a guest fills a cart and pays a part of it by coupon and gift card", async () => {
  const guest = await shop.guest()
  const order = await cart(guest, { customer_email: "guest@example.com", guest: true })
  await guest.orders.update({ id: order.id, coupon_code: CODE })
  await checkOut(guest, order)
  assert.deepEqual(await amounts(guest, order), {
    subtotal: 10300,
    discount: -1030,
    shipping: 700,
    tax: 1672,
    total: 9970,
    gift_card: 0,
    due: 9970,
  })

  card = await giftCard(2000)
  await guest.orders.update({ id: order.id, gift_card_code: card.code })
  assert.deepEqual(await amounts(guest, order), {
    subtotal: 10300,
    discount: -1030,
    shipping: 700,
    tax: 1311,
    total: 9970,
    gift_card: -2000,
    due: 7970,
  })

  await guest.stripe_payments.create({ order: to(order) })
  const placed = await guest.orders.update({ id: order.id, _place: true })
  assert.deepEqual([placed.status, placed.payment_status], ["placed", "authorized"])
  assert.equal((await admin.gift_cards.retrieve(card.id)).balance_cents, 0)
  assert.equal((await refusal(guest.orders.update({ id: order.id, coupon_code: "" }), 401)).code,
    "UNAUTHORIZED")
  await sell(order)
})

/** Approve, capture, ship and deliver an order, and take a part of it back. */
async function sell({ id }) {
  await admin.orders.update({ id, _approve: true })
  const captured = await admin.orders.update({ id, _capture: true })
  assert.deepEqual(
    [captured.status, captured.payment_status, captured.fulfillment_status],
    ["approved", "paid", "in_progress"],
  )
  const [shipment] = await admin.orders.shipments(id)
  for (const step of ["_packing", "_ready_to_ship", "_ship", "_deliver"]) {
    await admin.shipments.update({ id: shipment.id, [step]: true })
  }
  assert.equal((await admin.orders.retrieve(id)).fulfillment_status, "fulfilled")
  await giveBack(id)
}

/** Send one of two caps back, and refund it. */
async function giveBack(id) {
  const order = { type: "orders", id }
  const caps = (await admin.orders.line_items(id)).find(({ sku_code }) => sku_code === "CAP-CORD")
  const back = await admin.returns.create({ order })
  await admin.return_line_items.create({ return: to(back), line_item: to(caps), quantity: 1 })
  for (const step of ["_request", "_approve", "_ship", "_receive", "_restock"]) {
    await admin.returns.update({ id: back.id, [step]: true })
  }
  const refunded = await admin.returns.update({ id: back.id, _refund: true })
  const share = (caps.total_amount_cents + caps.discount_cents) / 2

  assert.equal(refunded.status, "refunded")
  assert.equal(refunded.estimated_refund_amount_cents, Math.round(share))
  const { payment_status, status, refunds } = await admin.orders.retrieve(id, {
    include: ["refunds"],
  })
  assert.deepEqual([status, payment_status], ["approved", "partially_refunded"])
  assert.deepEqual(refunds.map(({ amount_cents }) => amount_cents), [Math.round(share)])
}

test("a customer pays a whole order", async () => {
  const email = "ada@example.com"
  const visitor = await shop.guest()
  await visitor.customers.create({ email, password: "first secret" })
  const ada = shop.sdk((await shop.login(email, "first secret")).accessToken)
  const order = await cart(ada)
  await checkOut(ada, order)
  const due = 10300

  assert.equal((await amounts(ada, order)).due, due)
  await ada.stripe_payments.create({ order: to(order) })
  await ada.orders.update({ id: order.id, _save_payment_source_to_customer_wallet: true })
  const placed = await ada.orders.update({ id: order.id, _place: true })
  assert.equal(placed.place_total_amount_cents, due)
  assert.equal((await ada.customer_payment_sources.list()).length, 1)
  await sell(order)

  const whole = await admin.orders.update({ id: order.id, _refund: true })
  assert.deepEqual([whole.status, whole.payment_status], ["cancelled", "refunded"])
})

test("nothing is sold that is not there", async () => {
  const guest = await shop.guest()
  const order = await guest.orders.create({ customer_email: "guest@example.com" })
  const more = { order: to(order), sku_code: "CUP-ENAMEL", quantity: 11 }
  const error = await refusal(guest.line_items.create(more), 422)

  assert.equal(error.meta.error, "out_of_stock")
})
