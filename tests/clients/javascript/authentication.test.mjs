/** js-auth gets, refreshes, verifies and revokes tokens. */
import assert from "node:assert/strict"
import { test } from "node:test"
import {
  authenticate,
  getCoreApiBaseEndpoint,
  getTokenType,
  InvalidTokenError,
  jwtDecode,
  jwtIsIntegration,
  jwtIsSalesChannel,
  jwtIsWebApp,
  jwtVerify,
  makeIntegration,
  makeSalesChannel,
  revoke,
  TokenExpiredError,
} from "@commercelayer/js-auth"
import {
  applicationToken,
  authorizationCode,
  client,
  credentials,
  domain,
  expiredToken,
  issuer,
  login,
  organization,
  organizationId,
  refusal,
  userId,
  vouch,
  webapp,
} from "./sandbox.mjs"

/** Only the members the real service answers, in camel case. */
const UNOWNED = ["accessToken", "createdAt", "expires", "expiresIn", "scope", "tokenType"]
const OWNED = [...UNOWNED, "ownerId", "ownerType", "refreshToken"].sort()

async function johnsId() {
  const { ownerId } = await login("john@example.com")
  return ownerId
}

/** A storage as js-auth wants it. */
function memory() {
  const kept = new Map()
  return {
    name: "memory",
    getItem: async (key) => kept.get(key) ?? null,
    setItem: async (key, value) => void kept.set(key, value),
    removeItem: async (key) => void kept.delete(key),
  }
}

/** A token as it will be when it has expired; js-auth looks no further than the payload. */
function aged(token) {
  const [header, payload, signature] = token.split(".")
  const claims = JSON.parse(Buffer.from(payload, "base64url"))
  const old = JSON.stringify({ ...claims, exp: claims.iat - 1 })
  return [header, Buffer.from(old).toString("base64url"), signature].join(".")
}

test("client_credentials of an integration", async () => {
  const answer = await authenticate("client_credentials", credentials("integration"))

  assert.deepEqual(Object.keys(answer).sort(), UNOWNED)
  assert.equal(answer.tokenType, "bearer")
  assert.equal(answer.scope, "market:all")
  assert.ok(answer.expiresIn > 7000 && answer.expiresIn <= 7200)
  assert.ok(answer.expires > new Date())
})

test("asking again answers the same token", async () => {
  const first = await authenticate("client_credentials", credentials("integration"))
  const second = await authenticate("client_credentials", credentials("integration"))

  assert.equal(second.accessToken, first.accessToken)
  assert.equal(second.createdAt, first.createdAt)
})

test("client_credentials of a sales channel", async () => {
  const answer = await authenticate("client_credentials", credentials("sales_channel"))

  assert.deepEqual(Object.keys(answer).sort(), UNOWNED)
  assert.equal(answer.scope, "market:code:europe")
  assert.ok(answer.expiresIn > 14200 && answer.expiresIn <= 14400)
})

test("a password logs a customer in", async () => {
  const answer = await login("  John@Example.com ")

  assert.deepEqual(Object.keys(answer).sort(), OWNED)
  assert.equal(answer.ownerType, "customer")
  assert.match(answer.ownerId, /^[A-Za-z]{10}$/)
  assert.equal(answer.scope, "market:code:europe")
})

test("a refresh token works once and keeps the owner", async () => {
  const first = await login("peter@example.com")
  const options = { ...credentials("sales_channel"), refreshToken: first.refreshToken }
  const second = await authenticate("refresh_token", options)
  const third = await authenticate("refresh_token", options)

  assert.deepEqual(Object.keys(second).sort(), OWNED)
  assert.equal(second.ownerId, first.ownerId)
  assert.notEqual(second.refreshToken, first.refreshToken)
  assert.equal(third.errors[0].title, "invalid_grant")
})

test("authorization_code of a web app", async () => {
  const code = await authorizationCode()
  const answer = await webapp(code)
  const again = await webapp(code)
  const { payload } = jwtDecode(answer.accessToken)

  assert.deepEqual(Object.keys(answer).sort(), OWNED)
  assert.equal(answer.ownerType, "user")
  assert.ok(jwtIsWebApp(payload))
  assert.equal(payload.owner.type, "User")
  assert.equal(again.errors[0].title, "invalid_grant")
})

test("jwt-bearer for a customer", async () => {
  const id = await johnsId()
  const custom_claim = { customer: { first_name: "Jörg", last_name: "Doe" } }
  const answer = await vouch({ owner: { type: "Customer", id }, custom_claim })
  const { payload } = jwtDecode(answer.accessToken)

  assert.deepEqual(Object.keys(answer).sort(), OWNED)
  assert.deepEqual([answer.ownerType, answer.ownerId], ["customer", id])
  assert.deepEqual(payload.owner, { id, type: "Customer" })
  assert.deepEqual(payload.custom_claim, custom_claim)
  assert.equal(answer.scope, "market:all")
})

test("jwt-bearer for a user, and with a custom claim alone", async () => {
  const id = await userId()
  const user = await vouch({ owner: { type: "User", id } })
  const nobody = await vouch({ custom_claim: { a: 1 } })

  assert.deepEqual([user.ownerType, user.ownerId], ["user", id])
  assert.deepEqual(Object.keys(nobody).sort(), [...UNOWNED, "refreshToken"].sort())
})

test("jwt-bearer without a claim", async () => {
  const { errors } = await vouch({})

  assert.deepEqual(errors, [
    {
      title: "invalid_assertion",
      detail: "The provided assertion is invalid.",
      code: "BAD_REQUEST",
      status: 400,
      meta: {},
    },
  ])
})

test("errors say why", async () => {
  const { clientSecret, ...integration } = credentials("integration")
  const { scope, ...salesChannel } = credentials("sales_channel")
  const wrong = await authenticate("client_credentials", { ...integration, clientSecret: "no" })
  const none = await authenticate("client_credentials", integration)
  const unscoped = await authenticate("client_credentials", salesChannel)
  const locked = await authenticate("client_credentials", {
    ...salesChannel,
    scope: "market:code:vip",
  })
  const guest = await authenticate("password", {
    ...salesChannel,
    scope,
    username: "mary@example.com",
    password: "secret123",
  })
  const titles = [wrong, none, unscoped, locked, guest].map(({ errors }) => errors[0].title)

  assert.deepEqual(titles, [
    "invalid_client",
    "invalid_client",
    "invalid_scope",
    "invalid_scope",
    "invalid_grant",
  ])
  assert.deepEqual([wrong.errors[0].code, wrong.errors[0].status], ["UNAUTHORIZED", 401])
})

test("members of the private market log in", async () => {
  const answer = await authenticate("password", {
    ...credentials("sales_channel"),
    scope: "market:code:vip",
    username: "valentina@example.com",
    password: "secret123",
  })

  assert.equal(answer.scope, "market:code:vip")
})

test("a token says what it is for", async () => {
  const guest = await applicationToken("sales_channel")
  const { header, payload } = jwtDecode(guest)

  assert.deepEqual([header.alg, header.typ, header.kid.length], ["RS512", "JWT", 64])
  assert.ok(jwtIsSalesChannel(payload))
  assert.equal(payload.iss, issuer)
  assert.deepEqual([payload.organization.id, payload.organization.slug], [
    organizationId,
    organization,
  ])
  assert.equal(payload.test, true)
  assert.equal(payload.market.id.length, 1)
  assert.equal(getTokenType(payload), "sales_channel:guest")
  assert.equal(getCoreApiBaseEndpoint(guest), `https://${organization}.${domain}`)

  const customer = jwtDecode((await login("john@example.com")).accessToken).payload
  assert.equal(getTokenType(customer), "sales_channel:customer")
})

test("a token is verified with the published key", async () => {
  const token = await applicationToken("integration")
  const { payload } = await jwtVerify(token)
  const [header, , signature] = token.split(".")
  const forged = Buffer.from(JSON.stringify({ ...payload, test: false })).toString("base64url")

  assert.ok(jwtIsIntegration(payload))
  await assert.rejects(jwtVerify(`${header}.${forged}.${signature}`), InvalidTokenError)
  await assert.rejects(jwtVerify(expiredToken), TokenExpiredError)
  assert.ok(await jwtVerify(expiredToken, { ignoreExpiration: true }))
})

test("a revoked token is refused", async () => {
  const { domain: _, ...application } = credentials("integration", {
    name: "Read-only integration",
  })
  const token = await applicationToken("integration", { name: "Read-only integration" })
  await client(token).customers.list()

  assert.deepEqual(await revoke({ ...application, token }), {})
  const { code } = await refusal(client(token).customers.list(), 401)
  assert.equal(code, "INVALID_TOKEN")

  const next = await applicationToken("integration", { name: "Read-only integration" })
  assert.notEqual(next, token)
  await client(next).customers.list()
})

test("the token of a customer is revoked with the client id alone, that of a guest is not", async () => {
  const { clientId } = credentials("sales_channel")
  const customer = await login("tara@example.com")
  const guest = await applicationToken("sales_channel")
  const refused = await revoke({ clientId, token: guest })

  assert.deepEqual(await revoke({ clientId, token: customer.accessToken }), {})
  await refusal(client(customer.accessToken).customers.list(), 401)
  assert.deepEqual(refused.errors, [
    {
      title: "unauthorized_client",
      detail: "You are not authorized to revoke this token",
      code: "FORBIDDEN",
      status: 403,
      meta: {},
    },
  ])
})

test("makeIntegration keeps a token until it is revoked", async () => {
  const helper = makeIntegration(credentials("integration", { mode: "live" }), {
    storage: memory(),
  })
  const first = await helper.getAuthorization()
  const second = await helper.getAuthorization()

  assert.equal(first.ownerType, "guest")
  assert.equal(second.accessToken, first.accessToken)
  assert.deepEqual(await helper.revokeAuthorization(), {})
  assert.notEqual((await helper.getAuthorization()).accessToken, first.accessToken)
})

test("makeSalesChannel logs a customer in and out", async () => {
  const helper = makeSalesChannel(credentials("sales_channel"), { storage: memory() })
  const guest = await helper.getAuthorization()
  const customer = await login("paul@example.com")
  await helper.setCustomer(customer)
  const logged = await helper.getAuthorization()

  assert.equal(guest.ownerType, "guest")
  assert.deepEqual([logged.ownerType, logged.ownerId], ["customer", customer.ownerId])
  assert.deepEqual(await helper.logoutCustomer(), {})
  assert.equal((await helper.getAuthorization()).ownerType, "guest")
  await refusal(client(customer.accessToken).customers.list(), 401)
})

test("makeSalesChannel refreshes the expired token of a customer", async () => {
  const storage = memory()
  const helper = makeSalesChannel(credentials("sales_channel"), { storage })
  const customer = await login("peter@example.com")
  const { clientId, scope } = credentials("sales_channel")
  await storage.setItem(`cl_customer-${clientId}-${scope}`, {
    accessToken: aged(customer.accessToken),
    scope,
    refreshToken: customer.refreshToken,
  })
  const { accessToken, ownerId } = await helper.getAuthorization()

  assert.equal(ownerId, customer.ownerId)
  assert.equal((await client(accessToken).customers.list()).first().id, ownerId)
})
