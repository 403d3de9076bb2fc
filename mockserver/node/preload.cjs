/**
 * Leads a node process to the sandbox, whatever HTTP library it uses; loaded before its own code.
 *
 * - Names below `localhost`, which many a system does not know, are this machine.
 * - Names below MOCKSERVER_DOMAIN, and below those in MOCKSERVER_MAP_HOSTS, are the machine of the
 *   sandbox, and what connects to their port 443 is connected to the sandbox: many an app takes the
 *   domain of an organization without its port. TLS goes on with the name it was asked for, so that
 *   the certificate of the sandbox has to cover it.
 *
 * The sandbox is at MOCKSERVER_TLS_URL, else at MOCKSERVER_TLS_PORT of this machine. `mockserver
 * run` sets all of them. Works with `--require` and with `--import`; docs/other-languages.md.
 */
"use strict"

const dns = require("node:dns")
const { syncBuiltinESMExports } = require("node:module")
const { Socket } = require("node:net")

const HTTPS = 443
const { MOCKSERVER_URL, MOCKSERVER_TLS_URL, MOCKSERVER_TLS_PORT } = process.env
const { MOCKSERVER_DOMAIN, MOCKSERVER_MAP_HOSTS } = process.env

const byPort = `https://127.0.0.1:${MOCKSERVER_TLS_PORT || 8443}`
const url = new URL(MOCKSERVER_TLS_URL || MOCKSERVER_URL || byPort)
const sandbox = { host: url.hostname.replace(/^\[|\]$/g, ""), port: Number(url.port) || HTTPS }
const isSecure = url.protocol === "https:"
const served = [...parents(MOCKSERVER_DOMAIN), ...parents(MOCKSERVER_MAP_HOSTS)]

/** The endings of the names below the domains in a list. */
function parents(list = "") {
  const domains = list.toLowerCase().split(/[\s,]+/)
  return domains.filter(Boolean).map((domain) => `.${domain.replace(/^\*?\./, "")}`)
}

function isBelow(endings, host) {
  if (typeof host !== "string") return false
  const name = host.toLowerCase().replace(/\.$/, "")
  return endings.some((ending) => name.endsWith(ending))
}

/** The arguments that find what a name stands for; any others are returned as they are. */
function found(host, ...rest) {
  if (isBelow(served, host)) return [sandbox.host, ...rest]
  if (!isBelow([".localhost"], host)) return [host, ...rest]
  const [options, ...callback] = typeof rest[0] === "function" ? [{}, ...rest] : rest
  const wanted = typeof options === "object" ? options : { family: options }
  // Where the machine has no ::1, or the sandbox was told one host, it is 127.0.0.1 that answers.
  return ["localhost", { ...wanted, order: "ipv4first", verbatim: false }, ...callback]
}

/** The arguments of `Socket.connect()`: options, or port and host, or an array of node's own. */
function connected(args) {
  const [first, host] = args
  if (Array.isArray(first)) {
    first[0] = redirected(first[0]) // node marks this array: it must stay the same one
    return args
  }
  if (typeof first === "object" && first !== null) return [redirected(first), ...args.slice(1)]
  const { host: newHost, port } = redirected({ host, port: first })
  return newHost === host ? args : [port, newHost, ...args.slice(2)]
}

function redirected(options) {
  const isMapped = isBelow(served, options.host) && Number(options.port) === HTTPS
  return isMapped && isSecure ? { ...options, ...sandbox } : options
}

/** Put another function in the place of a method; what else is known of the method stays known. */
function replace(object, method, wrap) {
  const original = object[method]
  const replacement = wrap(original)
  for (const key of Reflect.ownKeys(original)) {
    Object.defineProperty(replacement, key, Object.getOwnPropertyDescriptor(original, key))
  }
  object[method] = replacement
}

for (const library of [dns, dns.promises]) {
  replace(library, "lookup", (lookup) => function (...args) {
    return Reflect.apply(lookup, this, found(...args))
  })
}
replace(Socket.prototype, "connect", (connect) => function (...args) {
  return Reflect.apply(connect, this, connected(args))
})
syncBuiltinESMExports()
