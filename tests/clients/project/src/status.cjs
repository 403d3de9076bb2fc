/** The status of the service, by node's oldest means and in its oldest kind of module. */
const https = require("node:https")

/** Resolves to what a URL of the service is answered with. */
exports.status = (url, accessToken) =>
  new Promise((resolve, reject) => {
    const headers = { accept: "application/vnd.api+json", authorization: `Bearer ${accessToken}` }
    const request = https.get(url, { headers }, (answer) => {
      answer.resume()
      answer.on("end", () => resolve(answer.statusCode))
    })
    request.on("error", reject)
  })
