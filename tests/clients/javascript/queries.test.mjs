/** The SDK lists customers with every feature of a query. */
import assert from "node:assert/strict"
import { before, test } from "node:test"
import CommerceLayerUtils, { retrieveAll } from "@commercelayer/sdk-utils"
import { applicationToken, client } from "./sandbox.mjs"

const ORIGIN = "queries"
const cl = client(await applicationToken("integration"))
const people = {}

/** The records all tests are about, and nothing else in the sandbox. */
before(async () => {
  const group = await cl.customer_groups.create({ name: "Query group" })
  const vip = (await cl.tags.list({ filters: { name_eq: "vip" } })).first()
  const attributes = [
    { email: "q-anna@example.org", reference: "Anna 100%", metadata: { vip: true, size: 1 } },
    { email: "q-bert@example.org", reference: "bert_b", metadata: { vip: true, size: 2 } },
    { email: "q-cleo@example.net", reference: null, metadata: { vip: false } },
    { email: "q-dora@example.net", reference: "", password: "secret-1" },
    { email: "q-emil@example.net", reference: "a+b, c" },
  ]
  for (const each of attributes) {
    const name = each.email.slice(2, 6)
    people[name] = await cl.customers.create({
      ...each,
      reference_origin: ORIGIN,
      ...(name === "anna" && {
        customer_group: cl.customer_groups.relationship(group.id),
        tags: cl.tags.relationshipToMany(vip.id),
      }),
    })
    // Creation times differ, as those of people who sign up do.
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
  people.group = group
  people.vip = vip
})

/** The names of the customers that a query finds, in its order. */
async function found(filters, params = {}) {
  const page = await cl.customers.list({
    filters: { reference_origin_eq: ORIGIN, ...filters },
    ...params,
  })
  return Array.from(page, ({ email }) => email.slice(2, 6))
}

const FILTERS = {
  eq: [{ email_eq: "q-anna@example.org" }, ["anna"]],
  not_eq: [{ email_not_eq: "q-anna@example.org" }, ["bert", "cleo", "dora", "emil"]],
  "in, a list": [
    { email_in: ["q-anna@example.org", "q-cleo@example.net", "nobody"] },
    ["anna", "cleo"],
  ],
  "in, a text": [{ email_in: "q-anna@example.org,q-cleo@example.net" }, ["anna", "cleo"]],
  not_in: [{ email_not_in: ["q-anna@example.org", "q-bert@example.org"] }, ["cleo", "dora", "emil"]],
  not_in_or_null: [{ reference_not_in_or_null: ["bert_b"] }, ["anna", "cleo", "dora", "emil"]],
  start: [{ email_start: "Q-A" }, ["anna"]],
  end: [{ email_end: "example.org" }, ["anna", "bert"]],
  cont: [{ email_cont: "NET" }, ["cleo", "dora", "emil"]],
  "cont, literally": [{ reference_cont: "100%" }, ["anna"]],
  "cont of a plus and a comma": [{ reference_cont: "a+b, c" }, ["emil"]],
  i_cont: [{ reference_i_cont: "ANNA" }, ["anna"]],
  cont_any: [{ email_cont_any: ["anna", "bert"] }, ["anna", "bert"]],
  cont_all: [{ email_cont_all: ["example", "net"] }, ["cleo", "dora", "emil"]],
  not_cont_all: [{ email_not_cont_all: ["anna", "net"] }, ["bert"]],
  matches: [{ email_matches: "q-_n%" }, ["anna"]],
  does_not_match: [{ email_does_not_match: "%net" }, ["anna", "bert"]],
  _or_: [{ email_or_reference_start: "q-a" }, ["anna"]],
  "_or_ of the other": [{ email_or_reference_start: "bert_" }, ["bert"]],
  _and_: [{ email_and_reference_cont: "anna" }, ["anna"]],
  null: [{ reference_null: true }, ["cleo"]],
  "null, inverted": [{ reference_null: false }, ["anna", "bert", "dora", "emil"]],
  not_null: [{ reference_not_null: true }, ["anna", "bert", "dora", "emil"]],
  present: [{ reference_present: true }, ["anna", "bert", "emil"]],
  blank: [{ reference_blank: true }, ["cleo", "dora"]],
  password_present: [{ password_present: true }, ["dora"]],
  "password_present, inverted": [{ password_present: false }, ["anna", "bert", "cleo", "emil"]],
  "several, all of which hold": [
    { email_end: "org", reference_start: "bert" },
    ["bert"],
  ],
  "an empty value is no condition": [
    { reference_i_cont: "", status_in: "prospect" },
    ["anna", "bert", "cleo", "dora", "emil"],
  ],
  jcont: [{ metadata_jcont: { vip: true } }, ["anna", "bert"]],
  "jcont of several": [{ metadata_jcont: { vip: true, size: 2 } }, ["bert"]],
  "jcont as a text": [{ metadata_jcont: '{"vip":false}' }, ["cleo"]],
  "a path": [{ customer_group_name_eq: "Query group" }, ["anna"]],
  "a relationship that is null": [{ customer_group_null: true }, ["bert", "cleo", "dora", "emil"]],
  "a path to many": [{ tags_name_in: ["vip", "beta"] }, ["anna"]],
  "lt of a number": [{ total_orders_count_lt: 1 }, ["anna", "bert", "cleo", "dora", "emil"]],
  gteq_any: [{ total_orders_count_gteq_any: [1, 2] }, []],
  "a year": [{ created_at_gt: "2020-01-01", created_at_lt: "2021-01-01" }, []],
}

for (const [name, [filters, expected]] of Object.entries(FILTERS)) {
  test(`filter: ${name}`, async () => {
    assert.deepEqual(await found(filters), expected)
  })
}

test("filter: times", async () => {
  const { created_at } = people.cleo

  assert.deepEqual(await found({ created_at_lt: created_at }), ["anna", "bert"])
  assert.deepEqual(await found({ created_at_gteq: created_at }), ["cleo", "dora", "emil"])
  assert.deepEqual(await found({ created_at_eq: created_at }), ["cleo"])
  assert.deepEqual(await found({ updated_at_or_created_at_gt: created_at }), ["dora", "emil"])
})

test("filter: ids", async () => {
  assert.deepEqual(await found({ id_eq: people.dora.id }), ["dora"])
  assert.deepEqual(await found({ id_in: [people.emil.id, people.anna.id] }), ["anna", "emil"])
  assert.deepEqual(await found({ id_gt: people.cleo.id }), ["dora", "emil"])
  assert.deepEqual(await found({ customer_group_id_in: people.group.id }), ["anna"])
  assert.deepEqual(await found({ tags_id_in: people.vip.id }), ["anna"])
})

test("sort", async () => {
  const forwards = ["anna", "bert", "cleo", "dora", "emil"]
  const backwards = forwards.toReversed()

  assert.deepEqual(await found({}, { sort: { email: "asc" } }), forwards)
  assert.deepEqual(await found({}, { sort: { created_at: "desc" } }), backwards)
  assert.deepEqual(await found({}, { sort: ["-id"] }), backwards)
  assert.deepEqual(await found({}, { sort: ["reference_origin", "-email"] }), backwards)
  assert.equal((await found({}, { sort: ["customer_group.name"] }))[0], "anna")
  assert.equal((await found({}, { sort: ["reference"] })).at(-1), "cleo")
})

test("pages", async () => {
  const page = await cl.customers.list({
    filters: { reference_origin_eq: ORIGIN },
    sort: { email: "asc" },
    pageNumber: 2,
    pageSize: 2,
  })
  const beyond = await cl.customers.list({ filters: { email_eq: "nobody" }, pageNumber: 9 })

  assert.deepEqual(Array.from(page, ({ id }) => id), [people.cleo.id, people.dora.id])
  assert.deepEqual(page.meta, {
    currentPage: 2,
    recordsPerPage: 2,
    recordCount: 5,
    pageCount: 3,
  })
  assert.equal(page.hasNextPage() && page.hasPrevPage(), true)
  assert.deepEqual([beyond.length, beyond.recordCount, beyond.pageCount], [0, 0, 1])
})

test("count", async () => {
  assert.equal(await cl.customers.count({ reference_origin_eq: ORIGIN }), 5)
  assert.equal(await cl.customers.count({ filters: { email_eq: "nobody" } }), 0)
  assert.ok((await cl.customers.count()) >= 55)
})

test("fields", async () => {
  const page = await cl.customers.list({
    fields: ["email", "metadata"],
    filters: { id_eq: people.anna.id },
  })

  assert.deepEqual(page.first(), {
    id: people.anna.id,
    type: "customers",
    email: "q-anna@example.org",
    metadata: { vip: true, size: 1 },
  })
})

test("include, one, many and none", async () => {
  const page = await cl.customers.list({
    include: ["customer_group", "tags"],
    filters: { reference_origin_eq: ORIGIN },
  })

  assert.equal(page[0].customer_group.name, "Query group")
  assert.deepEqual(page[0].tags.map(({ name }) => name), ["vip"])
  assert.equal(page[1].customer_group, null)
  assert.deepEqual(page[1].tags, [])
  assert.equal(page[1].orders, undefined)
})

test("include, nested, there and back", async () => {
  const first = (
    await cl.customers.list({
      include: ["orders", "orders.customer", "customer_addresses.address"],
      fields: { orders: ["number", "customer"], addresses: ["full_name"] },
      pageSize: 1,
    })
  ).first()

  assert.equal(first.email, "john@example.com")
  assert.ok(first.orders.length >= 1)
  assert.equal(first.orders[0].customer.id, first.id)
  assert.equal(first.customer_addresses[0].address.full_name, "John Smith")
})

test("what belongs to one", async () => {
  const [john] = await cl.customers.list({ filters: { email_eq: "john@example.com" } })
  const orders = await cl.customers.orders(john.id, { sort: ["-id"], pageSize: 2 })
  const none = await cl.customers.customer_group(people.bert.id)
  const group = await cl.customers.customer_group(people.anna.id)
  const addresses = await cl.customers.customer_addresses(john, { include: ["address"] })

  assert.equal(orders.length, 2)
  assert.equal(orders.recordCount, await cl.orders.count({ customer_id_eq: john.id }))
  assert.equal(none, null)
  assert.equal(group.id, people.group.id)
  assert.equal(addresses.first().address.type, "addresses")
})

test("sdk-utils pages through everything", async () => {
  CommerceLayerUtils(cl)
  const all = await retrieveAll("customers", { fields: ["email"] })

  assert.equal(all.length, await cl.customers.count())
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length)
})
