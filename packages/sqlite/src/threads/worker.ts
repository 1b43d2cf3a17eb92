/** The program of a thread: it has connections of its own, and does what it is asked for by messages. */

import { parentPort, workerData } from 'node:worker_threads'
import type { Request, ThreadData } from './messages.js'
import { ThreadServer } from './server.js'

const { options } = workerData as ThreadData
const port = parentPort!
const server = new ThreadServer(options, (reply, buffers) => port.postMessage(reply, buffers))
port.on('message', (request: Request) => server.receive(request))
port.postMessage({ kind: 'ready' })
