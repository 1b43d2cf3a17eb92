import type { Buffer } from 'node:buffer'
import type { Duplex } from 'node:stream'
import type { Submittable } from 'pg'
import type { Completion, Description, Fields, Step } from './step.js'

/** The name of a prepared statement, or of a portal, that is not needed any more. */
export interface Closing {
  readonly type: 'S' | 'P'
  readonly name: string
}

/** What the driver's connection can send: its own declarations lack most of it. */
export interface Wire {
  readonly stream: Duplex
  parse(message: { readonly name: string; readonly text: string }): void
  bind(message: {
    readonly portal: string
    readonly statement: string
    readonly values: readonly unknown[]
  }): void
  execute(message: { readonly portal: string; readonly rows: number }): void
  describe(message: { readonly type: 'P'; readonly name: string }): void
  close(message: Closing): void
  sync(): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
  sendCopyFail(message: string): void
}

/** A step with what the connection knows of its statement. */
export interface PlannedStep {
  readonly step: Step
  /** The name of the prepared statement; empty for none. */
  readonly name: string
  readonly parse: boolean
}

export interface Outcome {
  readonly completions: readonly Completion[]
  /** Why it failed: an error of the server, of the socket, or of whoever took the rows. */
  readonly error?: unknown
}

/**
 * Statements that are sent together and answered together, in one round trip. Outside a transaction they are one: when
 * one fails those before it are undone, and those after it are not run.
 */
export class Exchange implements Submittable {
  readonly #steps: readonly PlannedStep[]
  readonly #closing: readonly Closing[]
  readonly #ended: (outcome: Outcome) => void
  readonly #completions: Completion[] = []
  #wire: Wire | undefined
  #error: unknown
  #failed = false
  #synced = false
  #over = false

  /**
   * @param closing what is closed before
   * @param ended is called once
   */
  constructor(steps: readonly PlannedStep[], closing: readonly Closing[], ended: (outcome: Outcome) => void) {
    this.#steps = steps
    this.#closing = closing
    this.#ended = ended
  }

  submit(connection: unknown): void {
    const wire = connection as Wire
    this.#wire = wire
    wire.stream.cork()
    try {
      for (const closing of this.#closing) wire.close(closing)
      this.#send(0)
    } finally {
      wire.stream.uncork()
    }
  }

  /** Stops the flow of rows. Those on their way still come. */
  pause(): void {
    if (!this.#over) this.#wire?.stream.pause()
  }

  resume(): void {
    this.#wire?.stream.resume()
  }

  /**
   * Sends the steps from one on. Data to be copied follow their statement at once, as fast as the server takes them; what
   * is to follow the data waits for their end.
   */
  #send(first: number): void {
    const wire = this.#wire!
    for (let index = first; index < this.#steps.length; index++) {
      const { step, name, parse } = this.#steps[index]!
      const portal = step.portal?.name ?? ''
      if (parse) wire.parse({ name, text: step.text })
      if (step.portal?.open !== true) wire.bind({ portal, statement: name, values: step.values ?? [] })
      if (step.onDescription !== undefined) wire.describe({ type: 'P', name: portal })
      wire.execute({ portal, rows: step.portal?.rows ?? 0 })
      if (step.copyData !== undefined) return void this.#copyIn(index, step.copyData)
    }
    this.#sync()
  }

  #sync(): void {
    if (this.#synced) return
    this.#synced = true
    this.#wire!.sync()
  }

  get #current(): Step | undefined {
    return this.#steps[this.#completions.length]?.step
  }

  handleRowDescription({ fields }: { readonly fields: readonly Description[] }): void {
    this.#take(() => this.#current?.onDescription?.(fields))
  }

  handleDataRow({ fields }: { readonly fields: Fields }): void {
    this.#take(() => this.#current?.onRow?.(fields))
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    this.#take(() => this.#current?.onCopyData?.(chunk))
  }

  #take(take: () => void): void {
    if (this.#failed) return
    try {
      take()
    } catch (error) {
      this.#fail(error)
    }
  }

  handlePortalSuspended(): void {
    this.#completions.push({ command: '', count: 0 })
  }

  handleEmptyQuery(): void {
    this.#completions.push({ command: '', count: 0 })
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    const words = text.split(' ')
    const count = Number(words.at(-1))
    this.#completions.push({ command: words[0]!, count: Number.isNaN(count) ? 0 : count })
  }

  handleCopyInResponse(): void {
    // The data are on their way already: should the server have refused the statement, it takes no notice of them.
  }

  async #copyIn(index: number, data: Iterable<Buffer>): Promise<void> {
    const wire = this.#wire!
    try {
      for (const chunk of data) {
        if (this.#over) return
        wire.sendCopyFromChunk(chunk)
        if (wire.stream.writableNeedDrain) await drained(wire.stream)
      }
    } catch (error) {
      this.#fail(error)
      wire.sendCopyFail('The data could not be made.')
      return this.#sync()
    }
    if (this.#over) return
    wire.endCopyFrom()
    this.#send(index + 1)
  }

  handleReadyForQuery(): void {
    this.#end()
  }

  /** The server ignores all that was sent after what failed, until it is told where that ends. */
  handleError(error: unknown): void {
    this.#fail(error)
    if (this.#wire?.stream.writable === true) this.#sync()
    this.#end()
  }

  #fail(error: unknown): void {
    if (this.#failed) return
    this.#failed = true
    this.#error = error
  }

  #end(): void {
    if (this.#over) return
    this.#over = true
    this.#wire?.stream.resume()
    this.#ended(
      this.#failed
        ? { completions: this.#completions, error: this.#error }
        : { completions: this.#completions },
    )
  }
}

function drained(stream: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done)
      stream.off('close', done)
      resolve()
    }
    stream.once('drain', done)
    stream.once('close', done)
  })
}
