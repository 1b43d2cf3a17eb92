import type { Buffer } from 'node:buffer'
import type { Duplex } from 'node:stream'
import type { Submittable } from 'pg'
import { completionOf, fieldsOf } from './answers.js'
import type { Channel, Receiver } from './channel.js'
import {
  received,
  writeBind,
  writeClose,
  writeCopyData,
  writeCopyDone,
  writeCopyFail,
  writeDescribe,
  writeExecute,
  writeParse,
  writeSync,
} from './messages.js'
import type { Named } from './messages.js'
import type { Completion, Description, Step } from './step.js'

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
export class Exchange implements Submittable, Receiver {
  readonly #channel: Channel
  readonly #steps: readonly PlannedStep[]
  readonly #closing: readonly Named[]
  readonly #ended: (outcome: Outcome) => void
  readonly #completions: Completion[] = []
  #error: unknown
  #failed = false
  #synced = false
  #over = false

  /**
   * @param closing what is closed before
   * @param ended is called once
   */
  constructor(
    channel: Channel,
    steps: readonly PlannedStep[],
    closing: readonly Named[],
    ended: (outcome: Outcome) => void,
  ) {
    this.#channel = channel
    this.#steps = steps
    this.#closing = closing
    this.#ended = ended
  }

  /** Called by the driver when it is this one's turn; gives why nothing could be sent. */
  submit(): Error | undefined {
    this.#channel.begin(this)
    try {
      for (const closing of this.#closing) writeClose(this.#channel.writer, closing)
      this.#send(0)
      return undefined
    } catch (error) {
      this.#channel.writer.take()
      this.#synced = true
      return error as Error
    }
  }

  /** Stops the flow of rows. Those on their way still come. */
  pause(): void {
    if (!this.#over) this.#channel.stream.pause()
  }

  resume(): void {
    this.#channel.stream.resume()
  }

  /**
   * Sends the steps from one on. Data to be copied follow their statement at once, as fast as the server takes them; what
   * is to follow the data waits for their end.
   */
  #send(first: number): void {
    const { writer } = this.#channel
    for (let index = first; index < this.#steps.length; index++) {
      const { step, name, parse } = this.#steps[index]!
      const portal = step.portal?.name ?? ''
      if (parse) writeParse(writer, name, step.text)
      if (step.portal?.open !== true) {
        const binary = step.onBinaryRow !== undefined
        writeBind(writer, { portal, statement: name, values: step.values ?? [], binary })
      }
      if (step.onDescription !== undefined) writeDescribe(writer, { type: 'P', name: portal })
      writeExecute(writer, portal, step.portal?.rows ?? 0)
      if (step.copyData !== undefined) return void this.#copyIn(index, step.copyData)
    }
    this.#sync()
  }

  /** Has the server answer to all that was sent. */
  #sync(): void {
    if (this.#synced) return
    this.#synced = true
    writeSync(this.#channel.writer)
    this.#channel.flush()
  }

  get #current(): Step | undefined {
    return this.#steps[this.#completions.length]?.step
  }

  take(code: number, bytes: Buffer, at: number, end: number): void {
    switch (code) {
      case received.dataRow:
        return this.#takeRow(bytes, at)
      case received.commandComplete:
        return void this.#completions.push(completionOf(bytes, at, end))
      case received.portalSuspended:
      case received.emptyQuery:
        return void this.#completions.push({ command: '', count: 0 })
    }
  }

  #takeRow(bytes: Buffer, at: number): void {
    if (this.#failed) return
    const step = this.#current
    try {
      if (step?.onBinaryRow !== undefined) step.onBinaryRow(bytes, at)
      else step?.onRow?.(fieldsOf(bytes, at))
    } catch (error) {
      this.#fail(error)
    }
  }

  handleRowDescription({ fields }: { readonly fields: readonly Description[] }): void {
    if (this.#failed) return
    try {
      this.#current?.onDescription?.(fields)
    } catch (error) {
      this.#fail(error)
    }
  }

  async #copyIn(index: number, data: Iterable<Buffer>): Promise<void> {
    const { stream, writer } = this.#channel
    try {
      for (const chunk of data) {
        if (this.#over) return
        stream.cork()
        writeCopyData(writer, chunk.length)
        this.#channel.flush()
        stream.write(chunk)
        stream.uncork()
        if (stream.writableNeedDrain) await drained(stream)
      }
    } catch (error) {
      this.#fail(error)
      writeCopyFail(writer, 'The data could not be made.')
      return this.#sync()
    }
    if (this.#over) return
    writeCopyDone(writer)
    this.#send(index + 1)
  }

  handleReadyForQuery(): void {
    this.#end()
  }

  /** The server ignores all that was sent after what failed, until it is told where that ends. */
  handleError(error: unknown): void {
    this.#fail(error)
    if (this.#channel.stream.writable) this.#sync()
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
    this.#channel.end(this)
    this.#channel.stream.resume()
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
