/** The story of a group of customers that gets a market of its own. */
import assert from "node:assert/strict"
import { after, before, test } from "node:test"
import { refusal } from "./sandbox.mjs"
import { to, world } from "./world.mjs"

const password = "wholesale"
const scope = "market:code:trade"
let shop
let admin
let group
let market

before(async () => {
  shop = await world()
  admin = await shop.integration()
})

after(() => shop.end())

test("the group gains a private market", async () => {
  const [europe] = await admin.markets.list({
    filters: { code_eq: "europe" },
    include: ["merchant", "price_list", "inventory_model"],
  })
  group = await admin.customer_groups.create({ name: "Trade", code: "trade" })
  market = await admin.markets.create({
    name: "Trade",
    code: "trade",
    merchant: to(europe.merchant),
    price_list: to(europe.price_list),
    inventory_model: to(europe.inventory_model),
  })
  assert.equal(market.private, false)
  market = await admin.markets.update({ id: market.id, customer_group: to(group) })

  assert.equal(market.private, true)
  assert.equal(europe.private, false)
  assert.equal((await refusal(admin.customer_groups.delete(group.id), 423)).code, "LOCKED")
})

test("members alone get tokens for it", async () => {
  await admin.customers.create({ email: "in@example.com", password, customer_group: to(group) })
  const outside = await admin.customers.create({ email: "out@example.com", password })
  const inside = await shop.login("in@example.com", password, scope)
  const refused = await shop.login("out@example.com", password, scope)

  assert.equal(inside.errors, undefined)
  assert.equal(refused.errors[0].title, "invalid_scope")
  await admin.customers.update({ id: outside.id, customer_group: to(group) })
  assert.equal((await shop.login("out@example.com", password, scope)).errors, undefined)
})

test("what they buy is bought there", async () => {
  const { accessToken } = await shop.login("in@example.com", password, scope)
  const buyer = shop.sdk(accessToken)
  const order = await buyer.orders.create({})
  const found = await buyer.orders.retrieve(order.id, { include: ["customer"] })
  const bought = await admin.orders.retrieve(order.id, { include: ["market"] })

  assert.equal(bought.market.id, market.id)
  assert.equal(found.customer.email, "in@example.com")
})

test("whoever leaves the group is out", async () => {
  const [customer] = await admin.customers.list({ filters: { email_eq: "in@example.com" } })
  const left = await admin.customers.update(
    { id: customer.id, customer_group: admin.customer_groups.relationship(null) },
    { include: ["customer_group"] },
  )
  const refused = await shop.login("in@example.com", password, scope)

  assert.equal(left.customer_group, null)
  assert.equal(refused.errors[0].title, "invalid_scope")
})
