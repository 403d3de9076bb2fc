/** What the sandbox refuses reaches the SDK as an ApiError that forms can show. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { CommerceLayerStatic } from "@commercelayer/sdk"
import { applicationToken, client, login, refusal } from "./sandbox.mjs"

const cl = client(await applicationToken("integration"))

test("401: no such token", async () => {
  assert.deepEqual((await refusal(client("no.such.token").customers.list(), 401)).code, "INVALID_TOKEN")
})

test("401: not permitted", async () => {
  const guest = client(await applicationToken("sales_channel"))
  const reader = client(await applicationToken("integration", { name: "Read-only integration" }))
  const john = await login("john@example.com")
  const [, mary] = await cl.customers.list({ sort: ["id"] })
  const customer = client(john.accessToken)

  assert.equal((await refusal(guest.customers.list(), 401)).code, "UNAUTHORIZED")
  assert.equal((await refusal(reader.customers.create({ email: "a@b.c" }), 401)).code, "UNAUTHORIZED")
  assert.equal((await refusal(customer.customers.retrieve(mary.id), 401)).code, "UNAUTHORIZED")
})

test("404", async () => {
  const error = await cl.customers.retrieve("AAAAAAAAAA").catch((reason) => reason)

  assert.ok(CommerceLayerStatic.isApiError(error))
  assert.equal(error.status, 404)
  assert.deepEqual(error.errors, [
    {
      title: "Record not found",
      detail: "The requested resource was not found. Please double-check the resource id.",
      code: "RECORD_NOT_FOUND",
      status: "404",
    },
  ])
})

test("422: blank, invalid, taken, too short", async () => {
  const blank = await refusal(cl.customers.create({ email: "" }), 422)
  const invalid = await refusal(cl.customers.create({ email: "foo" }), 422)
  const taken = await refusal(cl.customers.create({ email: "JOHN@example.com" }), 422)
  const short = await refusal(cl.customers.create({ email: "s@example.org", password: "abc" }), 422)

  assert.deepEqual(taken, {
    title: "has already been taken",
    detail: "email - has already been taken",
    code: "VALIDATION_ERROR",
    source: { pointer: "/data/attributes/email" },
    status: "422",
    meta: { error: "taken", value: "john@example.com" },
  })
  assert.deepEqual(
    [blank, invalid, short].map(({ detail }) => detail),
    [
      "email - can't be blank",
      "email - is invalid",
      "password - is too short (minimum is 6 characters)",
    ],
  )
})

test("422: all failures at once", async () => {
  const error = await cl.customers
    .create({ email: "foo", password: "abc", shopper_reference: "x" })
    .catch((reason) => reason)

  assert.deepEqual(
    error.errors.map(({ source }) => source.pointer),
    ["/data/attributes/email", "/data/attributes/password", "/data/attributes/shopper_reference"],
  )
})

test("400: what is not allowed", async () => {
  const refused = {
    PARAM_NOT_ALLOWED: () => cl.customers.create({ email: "p@example.org", status: "repeat" }),
    INVALID_PAGE_VALUE: () => cl.customers.list({ pageSize: 26 }),
    INVALID_SORT_CRITERIA: () => cl.customers.list({ sort: ["password"] }),
    INVALID_INCLUDE: () => cl.customers.list({ include: ["nobody"] }),
    INVALID_FIELD: () => cl.customers.list({ fields: ["nothing"] }),
  }

  for (const [code, request] of Object.entries(refused)) {
    assert.equal((await refusal(request(), 400)).code, code)
  }
})

test("200: a condition that is unknown, the others hold", async () => {
  const [...found] = await cl.customers.list({ filters: { nothing_eq: 1, email_eq: "john@example.com" } })

  assert.deepEqual(found.map(({ email }) => email), ["john@example.com"])
})

test("423: a customer with orders stays", async () => {
  const [john] = await cl.customers.list({ filters: { email_eq: "john@example.com" } })
  const error = await refusal(cl.customers.delete(john.id), 423)

  assert.equal(error.code, "LOCKED")
  assert.match(error.detail, /^Failed to destroy Customer with id=\d+$/)
  assert.equal((await cl.customers.retrieve(john.id)).email, john.email)
})
