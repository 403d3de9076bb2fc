/** A reporter that says of each test that fails what was wrong, and then how many did not. */
export default async function* failures(events) {
  let passed = 0
  for await (const { type, data } of events) {
    if (type === "test:pass") passed += 1
    if (type === "test:fail") {
      const error = data.details.error.cause ?? data.details.error
      yield `FAILED ${data.name}\n${error.stack ?? error}\n\n`
    }
    if (type === "test:stderr" || type === "test:stdout") yield data.message
  }
  yield `${passed} passed\n`
}
