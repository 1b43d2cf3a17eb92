import type { OpenContext } from '@holdfast/core/backend'
import type { Socket } from 'node:net'
import type { Client } from 'pg'
import { Channel } from './channel.js'
import { Exchange } from './exchange.js'
import type { Outcome } from './exchange.js'
import { requestCancel } from './cancel.js'
import { endsConnection, ExchangeError } from './exchange-error.js'
import { Statements } from './statements.js'
import type { Completion, Step } from './step.js'

/** Milliseconds that a server has to cancel a statement before the connection is given up. */
const patience = 5000

/** How the server calls the other end, by the driver's own names. */
interface Backend {
  readonly processID: number
  readonly secretKey: number
}

type Listener = Pick<OpenContext, 'report' | 'reporting'>

/** One connection of the driver. Runs one exchange at a time. */
export class Connection {
  readonly client: Client
  /** When it was opened, and last given back, by `performance.now()`. */
  readonly since = performance.now()
  idleSince = this.since
  readonly #channel: Channel
  readonly #statements = new Statements()
  readonly #onLost: (connection: Connection) => void
  readonly #listener: Listener
  #lost: Error | undefined
  #cancelling: Promise<void> | undefined

  /**
   * @param onLost is called once when the connection breaks, whether or not it is in use
   * @param listener is told of statements
   */
  constructor(client: Client, onLost: (connection: Connection) => void, listener: Listener) {
    this.client = client
    this.#channel = new Channel(client.connection.stream)
    this.#onLost = onLost
    this.#listener = listener
    client.on('error', (error) => this.#lose(error))
    client.on('end', () => this.#lose(new Error('The connection has ended.')))
  }

  /** Whether it can be used no more. */
  get lost(): boolean {
    return this.#lost !== undefined
  }

  /** Whether it has been unused since it was opened: it may have broken meanwhile without anybody noticing. */
  get wasIdle(): boolean {
    return this.idleSince > this.since
  }

  /** Whether a transaction is open on it, by what the server said last. */
  get inTransaction(): boolean {
    const status = this.client.getTransactionStatus()
    return status !== null && status !== 'I'
  }

  forgetStatements(): void {
    this.#statements.forget()
  }

  /** Has a portal closed with the next exchange. */
  closePortal(name: string): void {
    this.#statements.closePortal(name)
  }

  /**
   * Runs statements in one round trip.
   *
   * @param signal cancels them at the server
   * @throws ExchangeError
   */
  run(steps: readonly Step[], signal?: AbortSignal): Promise<readonly Completion[]> {
    return this.start(steps, signal).done
  }

  /** As `run`, for those who steer the flow of rows. */
  start(steps: readonly Step[], signal?: AbortSignal): RunningExchange {
    const { promise, resolve, reject } = Promise.withResolvers<readonly Completion[]>()
    let aborted = false
    let over = false
    const cancel = () => {
      if (over) return
      exchange.resume()
      void this.#cancel()
    }
    const abort = () => {
      aborted = true
      cancel()
    }
    const ended = ({ completions, error }: Outcome): void => {
      over = true
      signal?.removeEventListener('abort', abort)
      this.#statements.settle(planned, completions.length)
      if (endsConnection(error)) this.destroy()
      const settle = () => {
        if (error === undefined) resolve(completions)
        else reject(new ExchangeError(error, { completed: completions.length, lost: this.lost, aborted }))
      }
      // What is cancelled late must not meet the next statement.
      if (this.#cancelling === undefined) settle()
      else void this.#cancelling.then(settle)
    }
    const planned = this.#statements.plan(steps)
    const exchange = new Exchange(this.#channel, planned, this.#statements.takeClosing(), ended)
    if (this.#lost !== undefined) exchange.handleError(this.#lost)
    else this.client.query(exchange)
    signal?.addEventListener('abort', abort, { once: true })
    return { done: this.#listener.reporting() ? this.#told(steps, promise) : promise, exchange, cancel }
  }

  async #told(steps: readonly Step[], done: Promise<readonly Completion[]>): Promise<readonly Completion[]> {
    const start = performance.now()
    const completions = await done
    const milliseconds = performance.now() - start
    steps.forEach(({ text, told = text }, index) => {
      if (told !== '') this.#listener.report({ sql: told, rows: completions[index]!.count, milliseconds })
    })
    return completions
  }

  /** Asks the server to cancel what it is doing here. */
  #cancel(): Promise<void> {
    this.#cancelling ??= this.#cancelOnce().finally(() => (this.#cancelling = undefined))
    return this.#cancelling
  }

  async #cancelOnce(): Promise<void> {
    const { host, port, processID, secretKey, connection } = this.client as Client & Backend
    // A name may stand for several servers.
    const address = (connection.stream as Socket).remoteAddress ?? host
    const giveUp = setTimeout(() => this.destroy(), patience)
    giveUp.unref()
    try {
      await requestCancel({ host: address, port, process: processID, secret: secretKey })
      // An answer to this comes after the end of what was cancelled.
      await this.#roundTrip()
    } finally {
      clearTimeout(giveUp)
    }
  }

  #roundTrip(): Promise<void> {
    return new Promise((resolve) => {
      if (this.lost) return resolve()
      this.client.query(new Exchange(this.#channel, [], [], () => resolve()))
    })
  }

  /** Ends it at once. */
  destroy(): void {
    this.client.connection.stream.destroy()
    this.#lose(new Error('The connection was given up.'))
  }

  async close(): Promise<void> {
    if (this.lost) return
    await this.client.end()
  }

  #lose(error: Error): void {
    if (this.#lost !== undefined) return
    this.#lost = error
    this.#onLost(this)
  }
}

export interface RunningExchange {
  readonly done: Promise<readonly Completion[]>
  readonly exchange: Pick<Exchange, 'pause' | 'resume'>
  /** Asks the server to end it early; does nothing once it has ended. */
  readonly cancel: () => void
}
