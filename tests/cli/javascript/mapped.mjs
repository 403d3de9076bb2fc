/** Connects to the real service in every form there is of asking. */
import net from "node:net"
import { lookup } from "node:dns/promises"
import { reached, reachedBy, say, status } from "./asking.mjs"

const host = "acme.CommerceLayer.io"

function neverAsked() {
  throw new Error("the name has been looked up")
}

say(
  await reached(443, host),
  await reached("443", `${host}.`),
  await reached({ port: 443, host, lookup: neverAsked }),
  await reachedBy(new net.Socket().connect(443, host)),
  await reached(1, host),
  (await lookup(host)).address,
  await status("https://not.covered.commercelayer.io"),
)
