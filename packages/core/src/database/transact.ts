import { throwIfAborted } from '../backend/abort.js'
import type { BeginOptions } from '../backend/types.js'
import type { Transaction, TransactionOptions, RetryOptions } from './database-types.js'
import { CallerFault } from './faults.js'
import { abortSignal, flag, oneOf, readOptions, refuse, wholeNumber } from './options.js'
import type { OptionReaders } from './options.js'
import { defaultDelays, retrying } from './retry.js'
import type { RetryPolicy } from './retry.js'
import type { DatabaseScope } from './database-scope.js'
import { enclosed, TransactionScope } from './transaction-scope.js'
import { closedError } from './connection.js'

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

async function attempt<Result>(
  root: DatabaseScope,
  work: Work<Result>,
  options: BeginOptions,
): Promise<Result> {
  const { connection } = root
  const scope = await root.track(async () => {
    const begun = await TransactionScope.begin(connection, options)
    if (connection.closed) {
      await begun.abandon()
      throw closedError(connection.name)
    }
    connection.transactions.add(begun)
    return begun
  })
  try {
    return await scope.run(async () => {
      const result = await enclosed(connection, () => work(scope))
      throwIfAborted(options.signal)
      return result
    })
  } finally {
    connection.transactions.delete(scope)
  }
}

/** The user's callback as work: what it throws is its own affair and comes through as it is. */
export function callbackOf<Result>(
  given: unknown,
  handleOf: (scope: TransactionScope) => Transaction,
): Work<Result> {
  if (typeof given !== 'function') throw refuse('transaction', 'a function of the transaction', given)
  const callback = given as (transaction: Transaction) => Promise<Result> | Result
  return async (scope) => {
    try {
      return await callback(handleOf(scope))
    } catch (error) {
      throw new CallerFault(error)
    }
  }
}
