// Vite as far as a page without a build needs it: the packages it imports, and what is handed on.
import { readFile } from "node:fs/promises"
import { createServer } from "node:http"
import { extname, join } from "node:path"

const [port, packages] = process.argv.slice(2)
const KINDS = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript" }
const IMPORTS = {
  "@commercelayer/sdk/bundle": "/node_modules/@commercelayer/sdk/lib/bundle.js",
  "@commercelayer/js-auth": "/node_modules/@commercelayer/js-auth/dist/index.mjs",
}
const lines = (await readFile(".env.local", "utf8")).matchAll(/^(VITE_\w+)='?(.*?)'?$/gm)
const env = JSON.stringify(Object.fromEntries([...lines].map(([, name, value]) => [name, value])))

function path(url) {
  if (url === "/") return "index.html"
  return url.startsWith("/node_modules/") ? join(packages, url.slice(14)) : `.${url}`
}

function built(url, text) {
  if (url.startsWith("/node_modules/")) return text
  const map = `<script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>`
  return text.replace("<title>", `${map}<title>`).replaceAll("import.meta.env", env)
}

createServer(async ({ url }, answer) => {
  const file = path(new URL(url, "http://localhost").pathname)
  try {
    const text = await readFile(file, "utf8")
    answer.setHeader("Content-Type", `${KINDS[extname(file)]}; charset=utf-8`).end(built(url, text))
  } catch {
    answer.writeHead(404).end()
  }
}).listen(port, "localhost")
