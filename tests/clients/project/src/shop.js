/** The customers of a shop; the service is where its libraries say it is. */
import { authenticate } from "@commercelayer/js-auth"
import { CommerceLayer } from "@commercelayer/sdk/bundle"

export const organization = process.env.CL_ORGANIZATION

const back = { clientId: process.env.CL_CLIENT_ID, clientSecret: process.env.CL_CLIENT_SECRET }
const front = { clientId: process.env.CL_SALES_CHANNEL_CLIENT_ID, scope: process.env.CL_SCOPE }

/** A token of the shop's own, for what no customer may do. */
export async function backOfficeToken() {
  return token(await authenticate("client_credentials", back))
}

export async function backOffice() {
  return CommerceLayer({ organization, accessToken: await backOfficeToken() })
}

export async function signUp(email, password) {
  const guest = token(await authenticate("client_credentials", front))
  return CommerceLayer({ organization, accessToken: guest }).customers.create({ email, password })
}

export async function logIn(username, password) {
  const accessToken = token(await authenticate("password", { ...front, username, password }))
  return CommerceLayer({ organization, accessToken })
}

function token(answer) {
  if (answer.errors) throw new Error(answer.errors[0].detail)
  return answer.accessToken
}
