import { Buffer } from 'node:buffer'

export interface CancelTarget {
  readonly host: string
  readonly port: number
  readonly process: number
  readonly secret: number
}

/** Milliseconds until nothing is expected of a request to cancel any more. */
const patience = 2000

/**
 * Asks the server to cancel what a connection is doing: by a connection of its own, on which nothing else is said.
 * Resolves when the server has passed it on, or will not; whether there still was something to cancel is not told.
 */
export async function requestCancel({ host, port, process, secret }: CancelTarget): Promise<void> {
  const { connect } = await import('node:net')
  const message = Buffer.allocUnsafe(16)
  message.writeInt32BE(16, 0)
  message.writeInt32BE(80877102, 4)
  message.writeInt32BE(process, 8)
  message.writeInt32BE(secret, 12)
  return new Promise((resolve) => {
    const socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host)
    socket.once('connect', () => socket.end(message))
    socket.once('error', () => socket.destroy())
    socket.once('close', () => resolve())
    socket.setTimeout(patience, () => socket.destroy())
    socket.resume()
  })
}
