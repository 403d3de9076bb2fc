/** The SDK sets, replaces and clears relationships, and reads them back. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { applicationToken, client, refusal } from "./sandbox.mjs"

const cl = client(await applicationToken("integration"))
const withTags = { include: ["customer_group", "tags"] }

function names(resources) {
  return resources.map(({ name }) => name).sort()
}

async function tagged(...wanted) {
  const found = await cl.tags.list({ filters: { name_in: wanted } })
  return cl.tags.relationshipToMany(...found.map(({ id }) => id))
}

test("to one: set, replace, clear", async () => {
  const first = await cl.customer_groups.create({ name: "First relationship" })
  const second = await cl.customer_groups.create({ name: "Second relationship" })
  const { id } = await cl.customers.create({
    email: "one@example.org",
    customer_group: cl.customer_groups.relationship(first),
  })
  const set = await cl.customers.retrieve(id, withTags)
  const replaced = await cl.customers.update(
    { id, customer_group: cl.customer_groups.relationship(second.id) },
    withTags,
  )
  const cleared = await cl.customers.update(
    { id, customer_group: cl.customer_groups.relationship(null) },
    withTags,
  )

  assert.equal(set.customer_group.id, first.id)
  assert.equal(replaced.customer_group.id, second.id)
  assert.equal(cleared.customer_group, null)
  assert.equal((await cl.customer_groups.customers(first.id)).length, 0)
})

test("to many: set, replace, clear", async () => {
  const { id } = await cl.customers.create({
    email: "many@example.org",
    tags: await tagged("vip", "summer"),
  })
  const set = await cl.customers.retrieve(id, withTags)
  const replaced = await cl.customers.update({ id, tags: await tagged("beta") }, withTags)
  const cleared = await cl.customers.update(
    { id, tags: cl.tags.relationshipToMany(null) },
    withTags,
  )

  assert.deepEqual(names(set.tags), ["summer", "vip"])
  assert.deepEqual(names(replaced.tags), ["beta"])
  assert.deepEqual(cleared.tags, [])
})

test("a bare null or empty list is an attribute that is not there", async () => {
  const { id } = await cl.customers.create({ email: "bare@example.org" })
  const one = await refusal(cl.customers.update({ id, customer_group: null }), 400)
  const many = await refusal(cl.customers.update({ id, tags: [] }), 400)

  assert.deepEqual([one.code, one.detail], [
    "PARAM_NOT_ALLOWED",
    "customer_group is not allowed.",
  ])
  assert.deepEqual([many.code, many.detail], ["PARAM_NOT_ALLOWED", "tags is not allowed."])
})

test("an id that leads nowhere", async () => {
  const customer_group = cl.customer_groups.relationship("AAAAAAAAAA")
  const error = await refusal(cl.customers.create({ email: "a@example.org", customer_group }), 404)

  assert.equal(error.code, "RECORD_NOT_FOUND")
})

test("an address book", async () => {
  const customer = await cl.customers.create({ email: "book@example.org" })
  const address = await cl.addresses.create({
    first_name: "Jane",
    last_name: "Roe",
    line_1: "Via Roma 1",
    city: "Milano",
    zip_code: "20100",
    state_code: "MI",
    country_code: "IT",
    phone: "+39 02 1234567",
  })
  const entry = await cl.customer_addresses.create({
    customer: cl.customers.relationship(customer),
    address: cl.addresses.relationship(address),
  })
  const page = await cl.customers.customer_addresses(customer, { include: ["address"] })
  const found = await cl.customers.list({
    filters: { customer_addresses_address_city_eq: "Milano", email_eq: customer.email },
  })

  assert.equal(address.full_name, "Jane Roe")
  assert.deepEqual(Array.from(page, ({ id }) => id), [entry.id])
  assert.equal(page.first().address.full_address, address.full_address)
  assert.equal(found.length, 1)
})
