/** The SDK creates, retrieves, updates, triggers and deletes customers. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { authenticate } from "@commercelayer/js-auth"
import CommerceLayer, { customers, tags } from "@commercelayer/sdk"
import {
  applicationToken,
  client,
  credentials,
  domain,
  organization,
  organizationId,
  refusal,
  userId,
  vouch,
} from "./sandbox.mjs"

const token = await applicationToken("integration")
const cl = client(token)

test("create, retrieve, update, delete", async () => {
  const created = await cl.customers.create({
    email: "  Crud@Example.org ",
    password: "secret-1",
    reference: "A-1",
    metadata: { vip: true, sizes: [1, 2] },
  })
  assert.equal(created.type, "customers")
  assert.match(created.id, /^[A-Za-z]{10}$/)
  assert.equal(created.email, "crud@example.org")
  assert.equal(created.status, "prospect")
  assert.equal(created.has_password, true)
  assert.equal(created.total_orders_count, 0)
  assert.equal(created.password, undefined)
  assert.deepEqual(created.metadata, { vip: true, sizes: [1, 2] })
  assert.deepEqual(created.anonymization_info, {})
  assert.match(created.created_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)

  assert.deepEqual(await cl.customers.retrieve(created.id), created)
  assert.deepEqual(await cl.customers.retrieve(created), created)

  const updated = await cl.customers.update({
    id: created.id,
    reference: null,
    metadata: { vip: false },
  })
  assert.equal(updated.reference, null)
  assert.deepEqual(updated.metadata, { vip: false })
  assert.equal(updated.email, created.email)

  assert.equal(await cl.customers.delete(created.id), undefined)
  const error = await refusal(cl.customers.retrieve(created.id), 404)
  assert.equal(error.code, "RECORD_NOT_FOUND")
})

test("create and update honour include and fields", async () => {
  const created = await cl.customers.create(
    { email: "fields@example.org" },
    { include: ["customer_group"], fields: { customers: ["email", "customer_group"] } },
  )
  const updated = await cl.customers.update(
    { id: created.id, reference: "B" },
    { fields: ["reference"] },
  )

  assert.deepEqual(Object.keys(created), ["id", "type", "email", "customer_group"])
  assert.equal(created.customer_group, null)
  assert.deepEqual(updated, { id: created.id, type: "customers", reference: "B" })
})

test("resources that are imported one by one share the client", async () => {
  CommerceLayer({ organization, domain, accessToken: token })
  const page = await customers.list({ filters: { email_eq: "john@example.com" } })
  const names = Array.from(await tags.list({ pageSize: 25 }), ({ name }) => name)

  assert.equal(page.first().email, "john@example.com")
  assert.ok(names.includes("vip"))
})

test("organization and domain come from the token", async () => {
  const { CommerceLayer: bundled } = await import("@commercelayer/sdk/bundle")
  const bare = bundled({ accessToken: token })

  assert.equal((await bare.organization.retrieve()).slug, organization)
  assert.equal((await bare.organization.retrieve()).id, organizationId)
  assert.equal((await bare.application.retrieve()).kind, "integration")
})

test("an IP address needs no names at all", async () => {
  const port = domain.split(":")[1]
  const numeric = client(token, { organization: "127", domain: `0.0.1:${port}` })

  assert.ok((await numeric.customers.list()).length > 0)
})

test("_add_tags and _remove_tags", async () => {
  const { id } = await cl.customers.create({ email: "tagged@example.org" })
  const names = async () => Array.from(await cl.customers.tags(id), ({ name }) => name).sort()

  await cl.customers._add_tags(id, "vip,summer,unknown")
  assert.deepEqual(await names(), ["summer", "vip"])
  await cl.customers._remove_tags(id, "vip")
  assert.deepEqual(await names(), ["summer"])
  await cl.customers.update({ id, _add_tags: "beta,vip", _remove_tags: "vip,summer" })
  assert.deepEqual(await names(), ["beta"])
})

test("_request_anonymization and _cancel_anonymization act for a user", async () => {
  const { id } = await cl.customers.create({ email: "forgotten@example.org" })
  const owner = { type: "User", id: await userId() }
  const user = client((await vouch({ owner })).accessToken)
  const requested = await user.customers._request_anonymization(id)
  const again = await refusal(user.customers._request_anonymization(id), 422)
  const cancelled = await user.customers._cancel_anonymization(id)
  const unowned = await refusal(cl.customers._request_anonymization(id), 401)

  assert.equal(requested.anonymization_status, "requested")
  assert.equal(requested.anonymization_info.requester.id, owner.id)
  assert.match(requested.anonymization_info.requested_at, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/)
  assert.equal(again.source.pointer, "/data/attributes/_request_anonymization")
  assert.equal(cancelled.anonymization_status, "cancelled")
  assert.ok(cancelled.anonymization_info.cancelled_at)
  assert.equal(unowned.code, "UNAUTHORIZED")
})

test("what the token says can be included", async () => {
  const answer = await authenticate("client_credentials", {
    ...credentials("integration"),
    scope: "market:code:europe",
  })
  const scoped = client(answer.accessToken)
  const query = { include: ["jwt_customer", "jwt_markets", "jwt_stock_locations"] }
  const customer = (await scoped.customers.list(query)).first()

  assert.equal(customer.jwt_customer, null)
  assert.deepEqual(customer.jwt_markets.map(({ code }) => code), ["europe"])
  assert.deepEqual(customer.jwt_stock_locations.map(({ code }) => code), ["milan", "rotterdam"])
})

test("answers can be read as they came", async () => {
  const raw = cl.addRawResponseReader({ headers: true })
  const list = await cl.customers.list({ pageSize: 2 })
  cl.removeRawResponseReader()

  assert.equal(raw.rawResponse.data.length, 2)
  assert.equal(raw.rawResponse.data[0].id, list[0].id)
  assert.deepEqual(raw.rawResponse.data[0].meta.mode, "test")
  assert.equal(raw.headers["content-type"], "application/vnd.api+json")
  assert.equal(raw.headers["x-ratelimit-limit"], "100")
  assert.equal(raw.headers["x-ratelimit-interval"], "60")
  assert.match(raw.headers["x-ratelimit-remaining"], /^\d+$/)
})

test("interceptors and further headers pass", async () => {
  const own = client(token, { headers: { "X-Trace": "1" }, userAgent: "tests/1.0" })
  const seen = []
  own.addRequestInterceptor((request) => {
    seen.push(request.url.pathname)
    return request
  })
  await own.customers.list()

  assert.deepEqual(seen, ["/api/customers"])
})
