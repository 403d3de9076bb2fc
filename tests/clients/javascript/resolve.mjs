/**
 * Lets node find *.localhost, which a plain C library does not know: `node --import ./resolve.mjs`.
 */
import dns from "node:dns"

const lookup = dns.lookup

dns.lookup = (hostname, ...rest) =>
  lookup(/(^|\.)localhost$/i.test(hostname) ? "127.0.0.1" : hostname, ...rest)
