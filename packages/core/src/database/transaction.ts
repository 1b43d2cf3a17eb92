import type { Transaction } from './database-types.js'
import { readCallOptions } from './options.js'
import type { CallOptions } from './options.js'
import { callbackOf, nest } from './transact.js'
import type { TransactionScope } from './transaction-scope.js'
import { ScopeVerbs } from './verbs.js'

/** A transaction as the callback holds it. */
export class TransactionHandle extends ScopeVerbs implements Transaction {
  readonly #scope: TransactionScope

  constructor(scope: TransactionScope) {
    super(scope)
    this.#scope = scope
  }

  async transaction<Result>(
    work: (transaction: Transaction) => Promise<Result> | Result,
    options?: CallOptions,
  ): Promise<Result> {
    const { signal } = readCallOptions(options)
    return nest(this.#scope, callbackOf<Result>(work, handleOfTransaction), signal)
  }
}

export function handleOfTransaction(scope: TransactionScope): Transaction {
  return new TransactionHandle(scope)
}
