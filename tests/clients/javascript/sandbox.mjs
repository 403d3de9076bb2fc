/** The sandbox that runs, and the clients that talk to it. */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { authenticate, createAssertion, jwtDecode } from "@commercelayer/js-auth"
import { CommerceLayer } from "@commercelayer/sdk/bundle"

const ready = JSON.parse(readFileSync(process.env.SANDBOX_READY_FILE, "utf8"))
const [acme] = ready.organizations

/** The domain, with the port of https. */
export const domain = ready.domain
/** The slug of the organization. */
export const organization = acme.slug
/** The id of the organization. */
export const organizationId = acme.id
/** The host of the authorization server. */
export const issuer = `https://auth.${domain}`
/** What every seeded customer logs in with. */
export const password = "secret123"
/** An access token that was good until it expired. */
export const expiredToken = process.env.SANDBOX_EXPIRED_TOKEN
/** Where the web app of the sandbox is sent back to. */
export const redirectUri = "http://localhost:3000/callback"

/** What js-auth is given to authenticate as an application. */
export function credentials(kind, { mode = "test", name } = {}) {
  const found = acme.credentials.find(
    (one) => one.kind === kind && one.mode === mode && (!name || one.name === name),
  )
  return {
    domain,
    clientId: found.client_id,
    ...(found.client_secret && { clientSecret: found.client_secret }),
    ...(found.scope && { scope: found.scope }),
  }
}

/** An access token of an application. */
export async function applicationToken(kind, which) {
  const answer = await authenticate("client_credentials", credentials(kind, which))
  assert.equal(answer.errors, undefined)
  return answer.accessToken
}

/** What a customer who logs in is answered. */
export async function login(username, secret = password) {
  const answer = await authenticate("password", {
    ...credentials("sales_channel"),
    username,
    password: secret,
  })
  assert.equal(answer.errors, undefined)
  return answer
}

/** A code that the web app can exchange: the sandbox approves without asking anybody. */
export async function authorizationCode(state = "1a2b3c") {
  const { clientId, scope } = credentials("webapp")
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    scope,
    state,
  })
  const answer = await fetch(`${issuer}/oauth/authorize?${query}`, { redirect: "manual" })
  assert.equal(answer.status, 302)
  const location = new URL(answer.headers.get("location"))
  assert.equal(`${location.origin}${location.pathname}`, redirectUri)
  assert.equal(location.searchParams.get("state"), state)
  return location.searchParams.get("code")
}

/** What the web app is answered. */
export async function webapp(code) {
  const { scope, ...application } = credentials("webapp")
  return authenticate("authorization_code", { ...application, code, redirectUri })
}

/** What an integration that vouches for somebody is answered. */
export async function vouch(claims) {
  const assertion = await createAssertion({
    payload: { "https://commercelayer.io/claims": claims },
  })
  return authenticate("urn:ietf:params:oauth:grant-type:jwt-bearer", {
    ...credentials("integration"),
    assertion,
  })
}

/** The id of the person who uses the web app. */
export async function userId() {
  const { accessToken } = await webapp(await authorizationCode())
  return jwtDecode(accessToken).payload.owner.id
}

/** An SDK client with a token. */
export function client(accessToken, options = {}) {
  return CommerceLayer({ organization, domain, accessToken, ...options })
}

/** The first error of a request that is to be refused. */
export async function refusal(request, status) {
  const error = await request.then(
    () => assert.fail("it was not refused"),
    (reason) => reason,
  )
  assert.equal(error.name, "ApiError", String(error.stack))
  assert.equal(error.status, status)
  assert.equal(error.first().status, String(status))
  return error.first()
}
