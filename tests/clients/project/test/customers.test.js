import assert from "node:assert/strict"
import { test } from "node:test"
import { jwtDecode, jwtVerify } from "@commercelayer/js-auth"
import { backOffice, backOfficeToken, logIn, organization, signUp } from "../src/shop.js"

test("a customer signs up, logs in, and is found by the shop", async () => {
  const { id } = await signUp("ada@example.org", "my-secret")
  const [me] = await (await logIn("ada@example.org", "my-secret")).customers.list()
  const found = await (await backOffice()).customers.retrieve(id)

  assert.equal(me.id, id)
  assert.equal(found.email, "ada@example.org")
})

test("a wrong password is refused", async () => {
  await signUp("bob@example.org", "my-secret")

  await assert.rejects(logIn("bob@example.org", "guess"))
})

test("a customer is put into a group", async () => {
  const cl = await backOffice()
  const { id } = await cl.customers.create({ email: "cleo@example.org" })
  const group = await cl.customer_groups.create({ name: "Friends" })
  await cl.customers.update({ id, customer_group: cl.customer_groups.relationship(group) })
  const friends = await cl.customer_groups.customers(group.id)

  assert.deepEqual(Array.from(friends, ({ email }) => email), ["cleo@example.org"])
})

test("tokens are those of the service", async () => {
  const token = await backOfficeToken()
  const { payload } = await jwtVerify(token)

  assert.equal(payload.iss, "https://auth.commercelayer.io")
  assert.equal(jwtDecode(token).payload.organization.slug, organization)
})
