import { HoldfastError } from '@holdfast/core/backend'
import { setTimeout as delay } from 'node:timers/promises'
import type { Run } from './access.js'
import { toWriteError } from './errors.js'
import { ownTransaction, Unit } from './unit.js'
import { isOutdated } from './wire/exchange-error.js'
import type { Connection } from './wire/connection.js'
import type { Pool } from './wire/pool.js'

export interface WriteRequest<Result> {
  /** May be called again: after what it did was undone. */
  readonly work: (unit: Unit) => Promise<Result>
  /** What an error means, once everything is undone; undefined where it means what it says. */
  readonly explain?: (error: unknown, run: Run) => Promise<Error | undefined>
  /** Makes what was missing, once everything is undone: true if there is reason to call `work` again. */
  readonly repair?: (error: unknown, run: Run) => Promise<boolean>
  readonly signal?: AbortSignal | undefined
}

/** Where writes go. Errors are Holdfast's. */
export interface Writing {
  run<Result>(request: WriteRequest<Result>): Promise<Result>
}

/** Runs a write once, wholly or not at all. */
export async function attempt<Result>(
  connection: Connection,
  unit: () => Unit,
  { work, explain, repair }: WriteRequest<Result>,
): Promise<Result> {
  let again = false
  for (let repairs = 0; ;) {
    const current = unit()
    try {
      const result = await work(current)
      if (current.isOpen) await current.finish()
      return result
    } catch (error) {
      await current.undo()
      if (!again && isOutdated(error)) {
        again = true
        connection.forgetStatements()
        continue
      }
      if (
        repair !== undefined &&
        ++repairs <= attempts &&
        (await isRepaired(error, connection, unit(), repair))
      )
        continue
      throw (await meaningOf(error, connection, explain)) ?? toWriteError(error)
    }
  }
}

async function isRepaired(
  error: unknown,
  connection: Connection,
  unit: Unit,
  repair: NonNullable<WriteRequest<unknown>['repair']>,
): Promise<boolean> {
  if (connection.lost) return false
  try {
    const repaired = await repair(error, (steps) => unit.run(steps))
    await unit.finish()
    return repaired
  } catch (cause) {
    await unit.undo()
    throw toWriteError(cause)
  }
}

async function meaningOf(
  error: unknown,
  connection: Connection,
  explain: WriteRequest<unknown>['explain'],
): Promise<Error | undefined> {
  if (connection.lost || explain === undefined) return undefined
  try {
    return await explain(error, (steps) => connection.run(steps))
  } catch {
    // What went wrong first is what counts.
    return undefined
  }
}

/** How often a lone write is begun again that met another one. */
const attempts = 5

/** Writes outside of transactions, each in one of its own. */
export class PoolWriting implements Writing {
  readonly #pool: Pool

  constructor(pool: Pool) {
    this.#pool = pool
  }

  async run<Result>(request: WriteRequest<Result>): Promise<Result> {
    const { signal } = request
    for (let count = 1; ; count++) {
      const lent = this.#pool.acquire(signal)
      const connection = lent instanceof Promise ? await lent : lent
      try {
        return await attempt(connection, () => new Unit(connection, ownTransaction, signal), request)
      } catch (error) {
        if (count === attempts || !(error instanceof HoldfastError) || error.code !== 'CONFLICT') throw error
      } finally {
        this.#pool.release(connection)
      }
      await delay(Math.random() * 10 * count)
    }
  }
}
