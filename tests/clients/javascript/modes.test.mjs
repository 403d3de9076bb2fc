/** Test and live are two worlds; the token says which. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { jwtDecode } from "@commercelayer/js-auth"
import { applicationToken, client, refusal } from "./sandbox.mjs"

const tokens = {
  test: await applicationToken("integration", { mode: "test" }),
  live: await applicationToken("integration", { mode: "live" }),
}

/** The resource objects of an answer, included ones too. */
async function objects(mode, query) {
  const cl = client(tokens[mode])
  const raw = cl.addRawResponseReader()
  await cl.customers.list(query)
  const { data, included = [] } = raw.rawResponse
  return [...data, ...included]
}

test("tokens say their mode", () => {
  assert.equal(jwtDecode(tokens.test).payload.test, true)
  assert.equal(jwtDecode(tokens.live).payload.test, false)
})

test("every resource object says its mode", async () => {
  for (const mode of ["test", "live"]) {
    const found = await objects(mode, { include: ["orders"], pageSize: 3 })
    assert.ok(found.some(({ type }) => type === "orders"))
    assert.ok(found.every(({ meta }) => meta.mode === mode))
  }
})

test("a record of the other mode is not there, and its email is free", async () => {
  const [testing, living] = [client(tokens.test), client(tokens.live)]
  const first = await testing.customers.create({ email: "both@example.org" })
  const second = await living.customers.create({ email: "both@example.org" })

  assert.equal((await refusal(living.customers.retrieve(first.id), 404)).code, "RECORD_NOT_FOUND")
  await living.customers.delete(second.id)
  assert.equal((await testing.customers.retrieve(first.id)).email, "both@example.org")
})
