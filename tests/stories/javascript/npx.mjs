// What `npx playwright test` does: starts what is not there yet, and runs the tests of a directory.
import { spawn } from "node:child_process"
import { readdir } from "node:fs/promises"
import { setTimeout as sleep } from "node:timers/promises"
import { pathToFileURL } from "node:url"
import { Page } from "./chromium.mjs"
import { suites } from "./playwright.mjs"

const ask = (method) => async (url, { data } = {}) => {
  const headers = { "Content-Type": "application/json" }
  const answer = await fetch(url, { method, headers, body: data && JSON.stringify(data) })
  if (!answer.ok) throw new Error(`${method} ${url} ${await answer.text()}`)
  return answer
}

const answers = (url) => fetch(url).then(({ ok }) => ok, () => false)

/** Start what is not there yet, and return what ends it. */
async function served({ command, url, reuseExistingServer }) {
  if (await answers(url)) {
    if (reuseExistingServer) return () => {}
    throw new Error(`${url} is already used`)
  }
  const server = spawn(command, { shell: true, detached: true, stdio: "inherit" })
  while (!(await answers(url))) {
    if (server.exitCode !== null) throw new Error(`${command} has ended`)
    await sleep(50)
  }
  return () => process.kill(-server.pid)
}

const here = (file) => import(pathToFileURL(file))
const { use, webServer } = (await here("playwright.config.js")).default
const started = []
let page
try {
  for (const each of webServer) started.push(await served(each))
  for (const file of (await readdir(".")).filter((name) => name.endsWith(".spec.js")).sort()) {
    suites.push({ before: [], tests: [] })
    await here(file)
  }
  page = await Page.opened(`${process.env.HOME}/profile`, use.baseURL)
  const given = { page, request: { post: ask("POST"), delete: ask("DELETE") } }
  for (const { before, tests } of suites) {
    for (const { name, body } of tests) {
      for (const each of [...before, body]) await each(given)
      console.log(`passed: ${name}`)
    }
  }
} finally {
  await page?.devtools.end()
  for (const end of started) end()
}
