import { throwIfAborted } from '../backend/abort.js'
import type { BeginOptions } from '../backend/types.js'
import type { Transaction, TransactionOptions, RetryOptions } from './database-types.js'
import { CallerFault } from './faults.js'
import { abortSignal, flag, oneOf, readOptions, refuse, wholeNumber } from './options.js'
import type { OptionReaders } from './options.js'
import { defaultDelays, retrying } from './retry.js'
import type { RetryPolicy } from './retry.js'
import type { DatabaseScope } from './database-scope.js'
import { enclosed } from './transaction-scope.js'
import type { TransactionScope } from './transaction-scope.js'

/** The callback of a transaction, given the handle of its scope. */
export type Work<Result> = (scope: TransactionScope) => Promise<Result>

const retryOptions: OptionReaders<RetryOptions> = {
  attempts: wholeNumber(1, 100),
  delay: wholeNumber(0, 60_000),
  maximumDelay: wholeNumber(0, 600_000),
}
const transactionOptions: OptionReaders<TransactionOptions> = {
  signal: abortSignal,
  isolation: oneOf('snapshot', 'serializable'),
  readOnly: flag,
  retry: (value, path) => readOptions<RetryOptions>(value, retryOptions, path),
}

/** Runs the callback in a transaction of the engine, again after a conflict if that was asked for. */
export async function transact<Result>(
  root: DatabaseScope,
  work: Work<Result>,
  given: unknown,
): Promise<Result> {
  const { retry, readOnly = false, ...options } = readOptions<TransactionOptions>(given, transactionOptions)
  const policy: RetryPolicy = { attempts: 1, ...defaultDelays, ...retry }
  const begin: BeginOptions = { readOnly, ...options }
  return root.observe({ verb: 'transaction', signal: options.signal }, () =>
    retrying(policy, options.signal, () => attempt(root, work, begin)),
  )
}

/** Runs the callback in a savepoint of a transaction. */
export async function nest<Result>(
  parent: TransactionScope,
  work: Work<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  return parent.observe({ verb: 'transaction', signal }, () =>
    parent.nest(async (scope) => {
      const result = await work(scope)
      throwIfAborted(signal)
      return result
    }),
  )
}

function attempt<Result>(root: DatabaseScope, work: Work<Result>, options: BeginOptions): Promise<Result> {
  return root.begun(options, async (scope) => {
    const result = await enclosed(root.connection, () => work(scope))
    throwIfAborted(options.signal)
    return result
  })
}

/** The user's callback as work: what it throws is its own affair and comes through as it is. */
export function callbackOf<Result>(
  given: unknown,
  handleOf: (scope: TransactionScope) => Transaction,
): Work<Result> {
  if (typeof given !== 'function') throw refuse('transaction', 'a function of the transaction', given)
  const callback = given as (transaction: Transaction) => Promise<Result> | Result
  return async (scope) => {
    const result = await called(() => callback(handleOf(scope)))
    scope.refuseUnanswered()
    return result
  }
}

async function called<Result>(callback: () => Promise<Result> | Result): Promise<Result> {
  try {
    return await callback()
  } catch (error) {
    throw new CallerFault(error)
  }
}
