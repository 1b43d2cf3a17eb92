import { throwIfAborted } from '../backend/abort.js'
import type { HoldfastError } from '../backend/errors.js'
import type { Batch, Batches, MaybePromise } from '../backend/types.js'
import type { Connection } from './connection.js'
import type { Call, Observation } from './diagnostics.js'
import { publicError } from './faults.js'
import { trackAll } from './query-run.js'
import type { RowStream } from './query-types.js'
import type { Endable, Scope } from './scope.js'

/** A running query: engine rows on their way, and how they become the user's. */
export interface Rows {
  readonly batches: Batches
  readonly decode: ((row: Batch[number]) => Record<string, unknown>) | undefined
}

/** A query that is read batch by batch. Asks nothing before the first batch is; frees everything at its end or first error. */
export class BatchStream<Row> implements RowStream<Row[]>, Endable {
  readonly #scopes: readonly Scope[]
  readonly #call: Call
  readonly #start: () => MaybePromise<Rows>
  #observation: Observation | undefined
  #rows: Running | undefined
  /** The pull that is under way; later ones wait for it. */
  #pulling: Promise<unknown> = Promise.resolve()
  #ended = false
  /** Why the stream ended before its end; told once. */
  #fault: HoldfastError | undefined

  /** @param scopes what the query reads through; the first one tells its listeners */
  constructor(scopes: readonly Scope[], call: Call, start: () => MaybePromise<Rows>) {
    this.#scopes = scopes
    this.#call = call
    this.#start = start
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** Whether what was read may still be given out: not once the stream has been ended or its caller has aborted. */
  get flowing(): boolean {
    return !this.#ended && this.#call.signal?.aborted !== true
  }

  next(): Promise<IteratorResult<Row[], undefined>> {
    const pull = this.#pulling.then(() => this.#pull())
    this.#pulling = pull.catch(() => undefined)
    return pull
  }

  async return(): Promise<IteratorResult<Row[], undefined>> {
    await this.#stop()
    return { done: true, value: undefined }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stop()
  }

  async end(error: HoldfastError): Promise<void> {
    if (!this.#ended) this.#fault = error
    await this.#stop(error)
  }

  async #pull(): Promise<IteratorResult<Row[], undefined>> {
    if (this.#ended) return this.#last()
    let batch: Row[] | undefined
    try {
      batch = await this.#observed(() => trackAll(this.#scopes, () => this.#nextBatch()))
    } catch (error) {
      if (this.#ended) return this.#last()
      const shown = publicError(error, this.#connection.backendName)
      await this.#release(shown)
      throw shown
    }
    if (this.#ended) return this.#last()
    if (batch !== undefined) return { done: false, value: batch }
    await this.#release()
    return { done: true, value: undefined }
  }

  /** What a stream that has ended answers. */
  #last(): IteratorResult<Row[], undefined> {
    const fault = this.#fault
    this.#fault = undefined
    if (fault !== undefined) throw fault
    return { done: true, value: undefined }
  }

  async #nextBatch(): Promise<Row[] | undefined> {
    throwIfAborted(this.#call.signal)
    this.#rows ??= await this.#open()
    const { iterator, decode } = this.#rows
    const step = await iterator.next()
    if (step.done === true) return undefined
    const batch = step.value
    if (decode !== undefined) for (const row of batch) decode(row)
    this.#call.rows = (this.#call.rows ?? 0) + batch.length
    return batch as Row[]
  }

  async #open(): Promise<Running> {
    for (const scope of this.#scopes) scope.openStream(this)
    const { batches, decode } = await this.#start()
    return { iterator: iteratorOf(batches), decode }
  }

  get #connection(): Connection {
    return this.#scopes[0]!.connection
  }

  #observed<Result>(work: () => Result): Result {
    const { diagnostics } = this.#connection
    if (this.#observation === undefined && diagnostics.listening)
      this.#observation = diagnostics.begin(this.#call)
    return this.#observation === undefined ? work() : this.#observation.run(work)
  }

  /** Ends the stream from outside: an engine's iterator must not be ended while it fetches. */
  async #stop(error?: HoldfastError): Promise<void> {
    if (this.#ended) return
    this.#ended = true
    await this.#pulling
    await this.#release(error)
  }

  async #release(error?: unknown): Promise<void> {
    this.#ended = true
    for (const scope of this.#scopes) scope.closeStream(this)
    const { iterator } = this.#rows ?? {}
    try {
      await iterator?.return?.()
    } catch {
      // What the engine says about leaving early helps nobody: the rows that were asked for have been handed out.
    }
    if (error === undefined) this.#observation?.end()
    else this.#observation?.end(error)
  }
}

/** The rows of another stream one by one. */
export class SingleRowStream<Row> implements RowStream<Row> {
  readonly #batches: BatchStream<Row>
  #batch: readonly Row[] = []
  #position = 0
  /** Set while the next batch is on its way: rows are given out in the order of asking. */
  #filling: Promise<boolean> | undefined

  constructor(batches: BatchStream<Row>) {
    this.#batches = batches
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Row, undefined>> {
    if (this.#position < this.#batch.length && this.#batches.flowing) {
      return Promise.resolve({ done: false, value: this.#batch[this.#position++] as Row })
    }
    if (this.#filling !== undefined)
      return this.#filling.then(
        () => this.next(),
        () => this.next(),
      )
    this.#filling = this.#fill()
    return this.#filling.then((filled) => (filled ? this.next() : { done: true, value: undefined }))
  }

  async return(): Promise<IteratorResult<Row, undefined>> {
    await this[Symbol.asyncDispose]()
    return { done: true, value: undefined }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#batch = []
    await this.#batches.return()
  }

  async #fill(): Promise<boolean> {
    try {
      const step = await this.#batches.next()
      this.#batch = step.done === true ? [] : step.value
      this.#position = 0
      return this.#batch.length > 0
    } finally {
      this.#filling = undefined
    }
  }
}

interface Running {
  readonly iterator: Iterator<Batch> | AsyncIterator<Batch>
  readonly decode: Rows['decode']
}

function iteratorOf(batches: Batches): Running['iterator'] {
  return Symbol.asyncIterator in batches ? batches[Symbol.asyncIterator]() : batches[Symbol.iterator]()
}
