import type { Account, FieldName } from '../../data/accounts.ts'

export type MaybePromise<Value> = Value | Promise<Value>

/**
 * What YCSB asks of an arm. Whoever answers at once returns no promise, and pays for none. Calls of several clients are under
 * way at once: what has to stay together is one call.
 */
export interface YcsbSession {
  /** All fields of an account; undefined where there is none. */
  readonly read: (key: string) => MaybePromise<Account | undefined>
  /** Gives one field a new value; durable when it is done, as far as the arm's settings say. */
  readonly update: (key: string, field: FieldName, value: string) => MaybePromise<unknown>
  readonly insert: (account: Account) => MaybePromise<unknown>
  /** At most `count` accounts in the order of their keys, the first of them that of `start` or the next one. */
  readonly scan: (start: string, count: number) => MaybePromise<readonly Account[]>
  /** Reads all fields and changes one, in one transaction: what `change` makes of its value. None of the changes gets lost. */
  readonly readModifyWrite: (
    key: string,
    field: FieldName,
    change: (value: string) => string,
  ) => MaybePromise<unknown>

  /** Every account, in any order; untimed. */
  readonly everything: () => AsyncIterable<Account> | MaybePromise<Iterable<Account>>
  /** Puts accounts back as they were, and removes others; untimed. */
  readonly restore: (changed: readonly Account[], added: readonly string[]) => MaybePromise<unknown>
}
