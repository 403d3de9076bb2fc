/** The SDK renews a token that has expired, and no other. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { applicationToken, client, expiredToken, refusal } from "./sandbox.mjs"

const fresh = await applicationToken("integration")

test("an expired token is refused", async () => {
  const { code } = await refusal(client(expiredToken).customers.list(), 401)

  assert.equal(code, "INVALID_TOKEN")
})

test("refreshToken is asked once, and the request repeated", async () => {
  const asked = []
  const cl = client(expiredToken, {
    refreshToken: async (old) => {
      asked.push(old)
      return fresh
    },
  })
  const page = await cl.customers.list({ pageSize: 1 })
  await cl.customers.list({ pageSize: 1 })

  assert.equal(page.length, 1)
  assert.deepEqual(asked, [expiredToken])
  assert.equal(cl.currentAccessToken, fresh)
})

test("a body is sent again", async () => {
  const cl = client(expiredToken, { refreshToken: async () => fresh })
  const created = await cl.customers.create({ email: "again@example.org" })

  assert.equal(created.email, "again@example.org")
})

test("a token that is merely wrong is not renewed", async () => {
  const asked = []
  const refreshToken = async (old) => {
    asked.push(old)
    return fresh
  }
  const [header, payload, signature] = fresh.split(".")
  const forged = `${header}.${payload}.${signature.split("").reverse().join("")}`

  assert.equal((await refusal(client(forged, { refreshToken }).customers.list(), 401)).code, "INVALID_TOKEN")
  assert.deepEqual(asked, [])
})
