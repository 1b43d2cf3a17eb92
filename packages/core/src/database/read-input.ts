import { throwIfAborted } from '../backend/abort.js'
import type { MaybePromise } from '../backend/types.js'
import type { Place } from '../schema/place.js'
import { CallerFault, reading } from './faults.js'
import { refuse } from './options.js'

/** Turns one item of the caller's into what is stored. */
export type Encode<Stored> = (item: unknown, place: Place) => Stored

type Iteration = Iterator<unknown> | AsyncIterator<unknown>

/** Rows as an insert takes them: one, an iterable of them, or an async iterable. */
export function readRows<Stored>(
  given: unknown,
  encode: Encode<Stored>,
  signal?: AbortSignal,
): MaybePromise<Stored[]> {
  if (typeof given !== 'object' || given === null) return [encode(given, 'row')]
  return readMany(given, encode, signal) ?? [reading('row', () => encode(given, 'row'))]
}

/**
 * The same rows, or arrays of them, batch by batch: none is asked for before its batch is. When no more are wanted, the caller's iterator is
 * told so, and may clean up.
 */
export async function* readBatches<Stored>(
  given: unknown,
  size: number,
  encode: Encode<Stored>,
  signal?: AbortSignal,
): AsyncGenerator<Stored[], void, undefined> {
  const many = typeof given === 'object' && given !== null
  const async = many ? asyncIteratorOf(given) : undefined
  const iterator: Iteration = async ?? (many ? syncIteratorOf(given) : undefined) ?? [given].values()
  const next = nextOf<MaybePromise<IteratorResult<unknown>>>(iterator, 'rows')
  let taken = 0
  let done = false
  let array: RestOfArray | undefined
  const encodeNext: Encode<Stored> = (item, place) => encode(item, taken + Number(place))
  try {
    while (!done) {
      const batch: Stored[] = []
      while (!done && batch.length < size) {
        if (array !== undefined) {
          array = encodeItems(array, batch, size, encodeNext)
          continue
        }
        // Waiting for a row that is there would take longer than all else that is done with it.
        const step =
          async === undefined ? stepOf(next as () => IteratorResult<unknown>) : await laterStepOf(next)
        array = arrayOf(step)
        if (array === undefined) done = !encodeStep(step, batch, 'rows', encodeNext, signal)
        else throwIfAborted(signal)
      }
      taken += batch.length
      if (batch.length > 0) yield batch
    }
  } catch (error) {
    // What has thrown is at its end already.
    done = error instanceof CallerFault
    throw error
  } finally {
    if (!done) leave(iterator)
  }
}

/** An array of rows, and the place of the first that is not read yet. */
interface RestOfArray {
  readonly items: readonly unknown[]
  readonly start: number
}

function arrayOf(step: IteratorResult<unknown>): RestOfArray | undefined {
  return reading('rows', () => {
    if (step.done === true) return undefined
    const items: unknown = step.value
    return Array.isArray(items) ? { items: items as unknown[], start: 0 } : undefined
  })
}

/** Fills the batch from an array; what is left of that, if anything is. */
function encodeItems<Stored>(
  { items, start }: RestOfArray,
  batch: Stored[],
  size: number,
  encode: Encode<Stored>,
): RestOfArray | undefined {
  return reading('rows', () => {
    const end = Math.min(arrayLength(items, 'rows'), start + size - batch.length)
    for (let index = start; index < end; index++) batch.push(encode(items[index], batch.length))
    return end < items.length ? { items, start: end } : undefined
  })
}

/** Items of which there may be many: anything that can be iterated synchronously. */
export function readList<Stored>(
  given: unknown,
  what: string,
  encode: Encode<Stored>,
  signal?: AbortSignal,
): Stored[] {
  if (typeof given === 'object' && given !== null) {
    const iterator = reading(what, () => (given as Partial<Iterable<unknown>>)[Symbol.iterator]?.())
    if (Array.isArray(given)) return readArray(given, what, encode)
    if (iterator !== undefined) return readIterator(iterator, what, encode, signal)
  }
  throw refuse(what, 'an iterable, such as an array', given)
}

function readMany<Stored>(
  given: object,
  encode: Encode<Stored>,
  signal?: AbortSignal,
): MaybePromise<Stored[]> | undefined {
  if (reading('rows', () => Array.isArray(given))) return readArray(given as unknown[], 'rows', encode)
  const async = asyncIteratorOf(given)
  if (async !== undefined) return readAsyncIterator(async, encode, signal)
  const sync = syncIteratorOf(given)
  return sync === undefined ? undefined : readIterator(sync, 'rows', encode, signal)
}

function asyncIteratorOf(given: object): AsyncIterator<unknown> | undefined {
  return reading('rows', () => (given as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator]?.())
}

function syncIteratorOf(given: object): Iterator<unknown> | undefined {
  return reading('rows', () => (given as Partial<Iterable<unknown>>)[Symbol.iterator]?.())
}

/** By index, so that what an array-like proxy throws is told apart from what an iterator throws. */
function readArray<Stored>(given: readonly unknown[], what: string, encode: Encode<Stored>): Stored[] {
  return reading(what, () => {
    const length = arrayLength(given, what)
    const stored: Stored[] = []
    for (let index = 0; index < length; index++) stored.push(encode(given[index], place(what, index)))
    return stored
  })
}

function arrayLength(given: readonly unknown[], what: string): number {
  // An array of a greater length cannot exist: only a proxy says so.
  if (!(given.length < 2 ** 32)) throw refuse(what, 'an array', given)
  return given.length
}

function readIterator<Stored>(
  iterator: Iterator<unknown>,
  what: string,
  encode: Encode<Stored>,
  signal?: AbortSignal,
): Stored[] {
  const next = nextOf(iterator, what)
  const stored: Stored[] = []
  for (;;) {
    if (!take(stepOf(next), iterator, stored, what, encode, signal)) return stored
  }
}

async function readAsyncIterator<Stored>(
  iterator: AsyncIterator<unknown>,
  encode: Encode<Stored>,
  signal?: AbortSignal,
): Promise<Stored[]> {
  const next = nextOf(iterator, 'rows')
  const stored: Stored[] = []
  for (;;) {
    if (!take(await laterStepOf(next), iterator, stored, 'rows', encode, signal)) return stored
  }
}

function stepOf(next: () => IteratorResult<unknown>): IteratorResult<unknown> {
  try {
    return next()
  } catch (error) {
    throw new CallerFault(error)
  }
}

async function laterStepOf(
  next: () => MaybePromise<IteratorResult<unknown>>,
): Promise<IteratorResult<unknown>> {
  try {
    return await next()
  } catch (error) {
    throw new CallerFault(error)
  }
}

function nextOf<Step>(iterator: { next(): Step }, what: string): () => Step {
  const callable = reading(what, () => typeof iterator.next === 'function')
  if (!callable) throw refuse(what, 'an iterable whose iterator has a method next', iterator)
  return () => iterator.next()
}

/** Encodes what an iterator gave; false at its end. */
function take<Stored>(
  step: IteratorResult<unknown>,
  iterator: Iteration,
  stored: Stored[],
  what: string,
  encode: Encode<Stored>,
  signal: AbortSignal | undefined,
): boolean {
  try {
    return encodeStep(step, stored, what, encode, signal)
  } catch (error) {
    leave(iterator)
    throw error
  }
}

function encodeStep<Stored>(
  step: IteratorResult<unknown>,
  stored: Stored[],
  what: string,
  encode: Encode<Stored>,
  signal: AbortSignal | undefined,
): boolean {
  throwIfAborted(signal)
  return reading(what, () => {
    if (step.done === true) return false
    stored.push(encode(step.value, place(what, stored.length)))
    return true
  })
}

/** Errors name a row of an insert by its number alone. */
function place(what: string, index: number): Place {
  return what === 'rows' ? index : `${what}[${index}]`
}

/** Lets the caller's iterator clean up; the refusal is what counts, so its errors are dropped. */
function leave(iterator: Iteration): void {
  try {
    void Promise.resolve(iterator.return?.()).catch(() => undefined)
  } catch {
    return
  }
}
