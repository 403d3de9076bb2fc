// One load: reads what to send from standard input, writes what came of it to standard output.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const autocannon = createRequire(`${process.argv[2]}/`)("autocannon");
const { url, connections, seconds, warmup, requests } = JSON.parse(readFileSync(0, "utf8"));
let number = Date.now();

// A body with {} in it is another one each time.
const prepared = requests.map((request) =>
  request.body?.includes("{}")
    ? {
        ...request,
        setupRequest: (sent) => ({ ...sent, body: request.body.replace("{}", number++) }),
      }
    : request,
);

const options = { url, connections, requests: prepared };
await autocannon({ ...options, duration: warmup });
process.stdout.write("warm\n");
const found = await autocannon({ ...options, duration: seconds });
const failed = found.errors + found.timeouts + found.non2xx;
process.stdout.write(
  JSON.stringify({
    answered: found["2xx"],
    seconds: found.duration,
    failed,
    p50: found.latency.p50,
    p99: found.latency.p99,
  }),
);
