// Playwright as far as the pages of the documentation use it.

/** Of each file of tests, what goes before every one, and they themselves. */
export const suites = []

export const defineConfig = (config) => config
export const test = (name, body) => suites.at(-1).tests.push({ name, body })
test.beforeEach = (body) => suites.at(-1).before.push(body)

export const expect = (found) => ({
  toBe(wanted) {
    if (found !== wanted) throw new Error(`${found} is not ${wanted}`)
  },
  toBeVisible: () => found.visible(),
})
