/** Asks for what is not to be led anywhere else. */
import { once } from "node:events"
import net from "node:net"
import { reached, say } from "./asking.mjs"

/** The name that is looked up for a connection. */
function lookedUp(host) {
  return new Promise((resolve) => {
    const lookup = (name, _, callback) => {
      resolve(name)
      callback(new Error("that is all"))
    }
    net.connect({ host, port: 443, lookup }).on("error", () => {})
  })
}

async function listening(place) {
  const server = net.createServer((socket) => socket.destroy()).listen(place)
  await once(server, "listening")
  return server
}

const server = await listening({ port: 0, host: "127.0.0.1" })
const file = await listening({ path: "socket" })
const { port } = server.address()
const looked = ["commercelayer.io", "a.commercelayer.io.example", "notcommercelayer.io"]
say(
  await Promise.all(looked.map(lookedUp)),
  (await reached(port, "127.0.0.1")).replace(port, "port"),
  (await reached({ port, host: "localhost" })).replace(port, "port"),
  await reached("socket"),
)
server.close()
file.close()
