import { offerStored } from '@holdfast/core/backend'
import type { StoredRow, TableDefinition } from '@holdfast/core/backend'
import type { RowForm, RowReader } from '../types.js'

type Batches<Row> = AsyncGenerator<Row[], undefined, undefined>

/** Begins to read rows in a form. */
export type StartReading = (form: RowForm) => Batches<unknown>

/**
 * A reader whose batches are made anew for each loop over it. Where rows for a table are given in the user's form, whoever
 * loads them all may have them in the stored form instead.
 */
export function rowReader(start: StartReading, form: RowForm, table?: TableDefinition): RowReader<unknown> {
  const batches = () =>
    table === undefined || form === 'stored' ? start(form) : offeredBatches(start, table)
  const reader = { batches, [Symbol.asyncIterator]: () => new RowIterator(batches()) }
  if (table !== undefined && form === 'user') offerStored(reader, { table, take: () => stored(start) })
  return reader
}

const stored = (start: StartReading) => start('stored') as Batches<StoredRow>

/** Batches in the user's form, instead of which those in the stored form can be taken as long as none was asked for. */
function offeredBatches(start: StartReading, table: TableDefinition): Batches<unknown> {
  let begun = false
  async function* read(): Batches<unknown> {
    begun = true
    return yield* start('user')
  }
  const batches = read()
  offerStored(batches, {
    table,
    take() {
      if (begun) return undefined
      begun = true
      // What is left of these is nothing.
      void batches.return(undefined)
      return stored(start)
    },
  })
  return batches
}

/** The rows of batches one by one. An asynchronous generator would take twice as long. */
class RowIterator<Row> implements AsyncIterableIterator<Row, undefined, undefined> {
  readonly #batches: Batches<Row>
  #batch: readonly Row[] = []
  #index = 0
  /** Calls that wait for a batch; later ones come after them. */
  #waiting = 0
  #last: Promise<unknown> = Promise.resolve()

  constructor(batches: Batches<Row>) {
    this.#batches = batches
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Row, undefined>> {
    return this.#waiting === 0 && this.#index < this.#batch.length
      ? Promise.resolve({ done: false, value: this.#batch[this.#index++]! })
      : this.#later()
  }

  async return(): Promise<IteratorResult<Row, undefined>> {
    this.#batch = []
    await this.#batches.return(undefined)
    return { done: true, value: undefined }
  }

  #later(): Promise<IteratorResult<Row, undefined>> {
    this.#waiting++
    const step = this.#last.then(() => this.#take())
    const settled = () => {
      this.#waiting--
    }
    this.#last = step.then(settled, settled)
    return step
  }

  async #take(): Promise<IteratorResult<Row, undefined>> {
    while (this.#index >= this.#batch.length) {
      const step = await this.#batches.next()
      if (step.done === true) return { done: true, value: undefined }
      this.#batch = step.value
      this.#index = 0
    }
    return { done: false, value: this.#batch[this.#index++]! }
  }
}
