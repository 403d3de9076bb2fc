/** Looks a name up in every form there is of asking. */
import dns, { lookup, promises } from "node:dns"
import { lookup as promised } from "node:dns/promises"
import { promisify } from "node:util"
import { say } from "./asking.mjs"

const [name] = process.argv.slice(2)

function called(...args) {
  return new Promise((resolve, reject) => {
    lookup(...args, (error, found, family) => {
      if (error) reject(error)
      else resolve(Array.isArray(found) ? found[0] : { address: found, family })
    })
  })
}

say(
  await called(name),
  await called(`${name.toUpperCase()}.`, {}),
  await called(name, 4),
  await called(name, { all: true, order: "verbatim" }),
  await promisify(dns.lookup)(name),
  (await promises.lookup(name, { all: true, verbatim: true }))[0],
  await promised(name, { family: 4 }),
)
