/** Asks the real service for its keys with every client that node has. */
import { once } from "node:events"
import http2 from "node:http2"
import tls from "node:tls"
import { say, status } from "./asking.mjs"

const host = "auth.commercelayer.io"
const path = "/.well-known/jwks.json"

async function statusByHttp2() {
  const session = http2.connect(`https://${host}`)
  const [headers] = await once(session.request({ ":path": path }).resume(), "response")
  session.close()
  return headers[":status"]
}

async function isTrusted() {
  const socket = tls.connect(443, host)
  await once(socket, "secureConnect")
  socket.destroy()
  return socket.authorized
}

say(
  (await fetch(`https://${host}${path}`)).status,
  await status(`https://${host}${path}`),
  await statusByHttp2(),
  await isTrusted(),
)
