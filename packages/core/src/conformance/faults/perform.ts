import { isHoldfastError } from '../../backend/errors.js'
import type { ErrorCode } from '../../backend/errors.js'
import type { Database, Transaction, Verbs } from '../../database/database-types.js'
import type { CallOptions } from '../../database/options.js'
import { Disagreement } from '../report/disagreement.js'
import { describeError } from '../report/expect.js'
import { counters, deleted, entries, entriesEach, journal, ownTable, patched, seeds } from './tables.js'
import type { Step, Unit } from './work.js'

/** What a caller knows of a unit: it has happened, it has not, or it may have. */
export type Outcome = 'done' | 'nothing' | 'unknown'

/** Thrown by callbacks, so that what they did is undone. */
export class Undone extends Error {
  override readonly name = 'Undone'
}

/** What each error that may come says of the call. */
export type Sayings = Readonly<Partial<Record<ErrorCode, Outcome>>>

/** While others work on the same data. */
export const inCalm: Sayings = { CONFLICT: 'nothing', BUSY: 'nothing', CLOSED: 'nothing', ABORTED: 'unknown' }
export const inChaos: Sayings = { ...inCalm, CONNECTION_FAILED: 'nothing', CONNECTION_LOST: 'unknown' }

/** Does it, and tells what its caller knows then. @throws Disagreement when it fails as nothing should */
export async function performUnit(database: Database, unit: Unit, sayings: Sayings): Promise<Outcome> {
  const { number, attempts, steps, nested, throws, abortAfter } = unit
  const options: CallOptions = abortAfter === null ? {} : { signal: abortingSoon(abortAfter) }
  /** Whether the callback came to its end the last time, so that a commit may have been asked for. */
  let finished = attempts === 0
  try {
    if (attempts === 0) {
      await performStep(database, number, steps[0]!, options)
      return 'done'
    }
    const retry = { attempts, delay: 1, maximumDelay: 4 }
    await database.transaction(
      async (transaction) => {
        finished = false
        await performSteps(transaction, number, steps, nested)
        if (throws) throw new Undone()
        finished = true
      },
      { ...options, retry },
    )
    return 'done'
  } catch (error) {
    const outcome = outcomeOfError(error, unit, sayings)
    return finished ? outcome : 'nothing'
  }
}

function outcomeOfError(error: unknown, { steps, attempts }: Unit, sayings: Sayings): Outcome {
  if (error instanceof Undone) return 'nothing'
  // Engines without transactions and without `lastKey` cannot make keys there.
  const generates = attempts > 0 && steps.some(({ kind }) => kind === 'generate')
  if (generates && isHoldfastError(error) && error.code === 'UNSUPPORTED') return 'nothing'
  return sayingOf(error, sayings)
}

/** What an error says of a call. @throws Disagreement when no call may fail so */
export function sayingOf(error: unknown, sayings: Sayings): Outcome {
  const saying = isHoldfastError(error) ? sayings[error.code] : undefined
  if (saying !== undefined) return saying
  throw new Disagreement({
    what: 'an error that does not belong here',
    expected: `HoldfastError ${Object.keys(sayings).join(', ')}, if it fails`,
    received: describeError(error),
    cause: error,
  })
}

function abortingSoon(milliseconds: number): AbortSignal {
  const controller = new AbortController()
  setTimeout(() => controller.abort(), milliseconds)
  return controller.signal
}

async function performSteps(
  transaction: Transaction,
  unit: number,
  steps: readonly Step[],
  nested: boolean,
): Promise<void> {
  const last = nested ? steps.at(-1) : undefined
  for (const step of steps) {
    if (step === last) await transaction.transaction((inner) => performInside(inner, unit, step))
    else await performInside(transaction, unit, step)
  }
}

function performInside(transaction: Transaction, unit: number, step: Step): Promise<void> {
  return step.kind === 'undo' ? undo(transaction, unit) : performStep(transaction, unit, step)
}

async function undo(transaction: Transaction, unit: number): Promise<void> {
  try {
    await transaction.transaction(async (inner) => {
      await performStep(inner, unit, { kind: 'undo' })
      throw new Undone()
    })
  } catch (error) {
    if (!(error instanceof Undone)) throw error
  }
}

/** Rows of `entries` that a step leaves behind. */
export function entriesOf(unit: number, step: Step): readonly number[] {
  const count = step.kind === 'insert' ? step.count : 0
  return Array.from({ length: count }, (_, position) => unit * entriesEach + position)
}

async function performStep(verbs: Verbs, unit: number, step: Step, options: CallOptions = {}): Promise<void> {
  switch (step.kind) {
    case 'insert': {
      const rows = entriesOf(unit, step).map((entry) => rowOf(entry, unit))
      const table = verbs.table(entries)
      if (step.way === 'load') await table.load(rows, { ...options, batchSize: 2 })
      else await table[step.way](rows, options)
      return
    }
    case 'generate':
      await verbs.table(journal).insert(
        Array.from({ length: step.count }, () => ({ lineUnit: unit })),
        options,
      )
      return
    case 'add':
      await verbs
        .table(counters)
        .where(({ counter }) => counter.eq(step.counter))
        .update(({ bits }) => ({ bits: bits.add(2 ** unit) }), options)
      return
    case 'raise': {
      const { bits } = await verbs.table(counters).require(step.counter)
      await verbs.table(counters).patch(step.counter, { bits: bits + 2 ** unit }, options)
      return
    }
    case 'patch':
      await verbs.table(seeds).patch(patched(unit), { state: 1 }, options)
      return
    case 'delete':
      await verbs.table(seeds).delete(deleted(unit), options)
      return
    case 'create table':
      await verbs.ensure(ownTable(unit), options)
      return
    case 'undo':
      await verbs.table(entries).insert(rowOf(unit * entriesEach + entriesEach / 2, unit), options)
  }
}

function rowOf(entry: number, unit: number) {
  return { entry, entryUnit: unit, position: entry % entriesEach }
}
