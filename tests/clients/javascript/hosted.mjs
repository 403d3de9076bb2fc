/**
 * Asks as hosted apps and component libraries do: of the domain, all they know is the host name in
 * the issuer of their token. Run within `mockserver run`.
 */
import { authenticate, jwtDecode, jwtVerify } from "@commercelayer/js-auth"
import { CommerceLayer } from "@commercelayer/sdk/bundle"

const { accessToken } = await authenticate("password", {
  domain: process.env.CL_DOMAIN,
  clientId: process.env.CL_SALES_CHANNEL_CLIENT_ID,
  scope: process.env.CL_SCOPE,
  username: "john@example.com",
  password: "secret123",
})
const { iss } = jwtDecode(accessToken).payload
await jwtVerify(accessToken)

const domain = new URL(iss).hostname.replace(/^auth\./, "")
const cl = CommerceLayer({ organization: process.env.CL_ORGANIZATION, domain, accessToken })
const [{ email }] = await cl.customers.list()
const jwks = await fetch(`https://auth.${domain}/.well-known/jwks.json`)

console.log(JSON.stringify({ iss, domain, email, jwks: jwks.status }))
