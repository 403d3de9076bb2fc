/** A storefront: people sign up, log in, and look after what is theirs. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { applicationToken, client, login, refusal } from "./sandbox.mjs"

const guest = client(await applicationToken("sales_channel"))

const HOME = {
  first_name: "Nora",
  last_name: "New",
  line_1: "Main Street 1",
  city: "Berlin",
  zip_code: "10115",
  state_code: "BE",
  country_code: "DE",
  phone: "+49 30 123456",
}

async function signUp(email) {
  const customer = await guest.customers.create({ email, password: "my-secret" })
  const { accessToken, ownerId } = await login(email, "my-secret")
  assert.equal(ownerId, customer.id)
  return { customer, cl: client(accessToken) }
}

test("sign up, log in, read and change oneself", async () => {
  const { customer, cl } = await signUp("nora@example.org")
  await refusal(guest.customers.retrieve(customer.id), 401)
  const me = await cl.customers.retrieve(customer.id, { include: ["jwt_customer"] })
  const changed = await cl.customers.update({ id: customer.id, metadata: { newsletter: true } })
  const list = await cl.customers.list()

  assert.equal(me.email, "nora@example.org")
  assert.equal(me.jwt_customer.id, customer.id)
  assert.deepEqual(changed.metadata, { newsletter: true })
  assert.deepEqual(Array.from(list, ({ id }) => id), [customer.id])
})

test("what a sales channel may not do", async () => {
  const { customer, cl } = await signUp("limits@example.org")
  const { id } = customer
  const password = await refusal(cl.customers.update({ id, password: "other-secret" }), 401)
  const tags = await refusal(cl.customers._add_tags(id, "vip"), 400)
  const anonymization = await refusal(cl.customers._request_anonymization(id), 400)
  const group = await refusal(
    guest.customers.create({
      email: "intruder@example.org",
      customer_group: guest.customer_groups.relationship("AAAAAAAAAA"),
    }),
    400,
  )

  assert.equal(password.code, "UNAUTHORIZED")
  for (const error of [tags, anonymization, group]) assert.equal(error.code, "PARAM_NOT_ALLOWED")
})

test("an address book of one's own", async () => {
  const { customer, cl } = await signUp("addresses@example.org")
  const address = await cl.addresses.create(HOME)
  const entry = await cl.customer_addresses.create({
    customer: cl.customers.relationship(customer),
    address: cl.addresses.relationship(address),
  })
  await cl.addresses.update({ id: address.id, city: "Potsdam" })
  const [listed] = await cl.customer_addresses.list({ include: ["address", "customer"] })
  const related = await cl.customers.customer_addresses(customer.id)
  const { cl: stranger } = await signUp("stranger@example.org")

  assert.equal(listed.id, entry.id)
  assert.equal(listed.address.city, "Potsdam")
  assert.equal(listed.customer.id, customer.id)
  assert.equal(related.recordCount, 1)
  assert.equal((await stranger.customer_addresses.list()).length, 0)
  await refusal(stranger.customer_addresses.retrieve(entry.id), 401)

  await cl.customer_addresses.delete(entry.id)
  assert.equal((await cl.customer_addresses.list()).length, 0)
})

test("one's orders", async () => {
  const { accessToken, ownerId } = await login("john@example.com")
  const cl = client(accessToken)
  const orders = await cl.orders.list({ include: ["customer"] })
  const related = await cl.customers.orders(ownerId)

  assert.ok(orders.length > 0)
  assert.ok(orders.every(({ customer }) => customer.id === ownerId))
  assert.equal(related.recordCount, orders.recordCount)
})

test("leave", async () => {
  const { customer, cl } = await signUp("leaver@example.org")
  await cl.customers.delete(customer.id)
  const { code } = await refusal(cl.customers.retrieve(customer.id), 401)

  assert.equal(code, "INVALID_TOKEN")
})
