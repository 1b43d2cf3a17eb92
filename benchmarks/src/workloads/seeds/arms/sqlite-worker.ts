/** A thread with a connection of its own: long queries and writes do not hold up the thread that serves short reads. */

import { parentPort, workerData } from 'node:worker_threads'
import type { Request } from './sqlite-client.ts'
import { openDriver, writerOf } from './sqlite-session.ts'

const driver = openDriver(workerData as string)
const writer = writerOf(driver)
const port = parentPort!

port.on('message', (request: Request) => {
  if ('write' in request) {
    writer.write(request.write)
    port.postMessage(undefined)
  } else {
    const rows = driver.prepare<[], { readonly orders: number }>(request.aggregate).all()
    port.postMessage(rows.reduce((total, { orders }) => total + orders, 0))
  }
})
