/** An organization of its own, whose time and data no other test shares. */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { authenticate, createAssertion } from "@commercelayer/js-auth"
import { CommerceLayer } from "@commercelayer/sdk/bundle"

const ready = JSON.parse(readFileSync(process.env.SANDBOX_READY_FILE, "utf8"))
const { domain } = ready
const redirectUri = "http://localhost:3000/callback"
const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"

/** Ask the control plane. */
export async function control(method, path, body) {
  const answer = await fetch(`${ready.http}/_mock${path}`, {
    method,
    headers: { "Content-Type": "application/json" },
    body: body && JSON.stringify(body),
  })
  const text = await answer.text()
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`)
  return text && JSON.parse(text)
}

/** What a relationship is given to lead to a resource. */
export function to({ type, id }) {
  return { type, id }
}

/** Make an organization with so many customers, and what talks to it. */
export async function world(customers = 1) {
  const made = await control("POST", "/organizations", { customers })
  const organization = made.slug

  function credentials(kind) {
    const found = made.credentials.find((one) => one.kind === kind && one.mode === "test")
    return {
      domain,
      clientId: found.client_id,
      ...(found.client_secret && { clientSecret: found.client_secret }),
      ...(found.scope && { scope: found.scope }),
    }
  }

  async function token(grant, application, options = {}) {
    const answer = await authenticate(grant, { ...credentials(application), ...options })
    assert.equal(answer.errors, undefined, JSON.stringify(answer.errors))
    return answer
  }

  function sdk(accessToken) {
    return CommerceLayer({ organization, domain, accessToken })
  }

  return {
    organization,
    credentials,
    sdk,
    /** A client that may do everything. */
    async integration() {
      return sdk((await token("client_credentials", "integration")).accessToken)
    },
    /** A client of a visitor of the shop. */
    async guest() {
      return sdk((await token("client_credentials", "sales_channel")).accessToken)
    },
    /** What a customer who logs in is answered, errors included. */
    login(username, password, scope) {
      const options = { ...credentials("sales_channel"), username, password }
      return authenticate("password", { ...options, ...(scope && { scope }) })
    },
    /** A client of an integration that acts for one of the organization's people. */
    async staff() {
      const { clientId, scope } = credentials("webapp")
      const asked = { client_id: clientId, redirect_uri: redirectUri, response_type: "code" }
      const query = new URLSearchParams({ ...asked, scope, state: "1" })
      const url = `https://auth.${domain}/oauth/authorize?${query}`
      const sent = await fetch(url, { redirect: "manual" })
      const code = new URL(sent.headers.get("location")).searchParams.get("code")
      const options = { code, redirectUri }
      const { ownerId } = await token("authorization_code", "webapp", options)
      const owner = { type: "User", id: ownerId }
      const payload = { "https://commercelayer.io/claims": { owner } }
      const assertion = await createAssertion({ payload })
      return sdk((await token(JWT_BEARER, "integration", { assertion })).accessToken)
    },
    /** Let time pass, an ISO 8601 duration. */
    advance(by) {
      return control("POST", `/organizations/${organization}/clock/advance`, { by })
    },
    /** Forget it. */
    end() {
      return control("DELETE", `/organizations/${organization}`)
    },
  }
}
