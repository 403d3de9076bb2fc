/** Prints how many customers the shop has, or tells it to the thread that has started this one. */
import { parentPort } from "node:worker_threads"
import { backOffice } from "./shop.js"

const count = await (await backOffice()).customers.count()
if (parentPort) parentPort.postMessage(count)
else console.log(count)
