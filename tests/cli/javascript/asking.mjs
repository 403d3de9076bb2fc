/** What the programs here ask with. */
import { once } from "node:events"
import https from "node:https"
import net from "node:net"

/** Prints what a test looks at. */
export function say(...things) {
  console.log(JSON.stringify(things))
}

/** What a connection has reached, or why it has not. */
export async function reached(...args) {
  return reachedBy(net.connect(...args))
}

export async function reachedBy(socket) {
  try {
    await once(socket, "connect")
    const { remoteAddress, remotePort } = socket
    socket.destroy()
    return remoteAddress ? `${remoteAddress}:${remotePort}` : "a file"
  } catch ({ code }) {
    return code
  }
}

/** The status of what a URL is answered with, or why it is not. */
export async function status(url) {
  try {
    const request = https.get(url, { agent: false })
    const [answer] = await once(request, "response")
    answer.resume()
    return answer.statusCode
  } catch ({ code }) {
    return code
  }
}
