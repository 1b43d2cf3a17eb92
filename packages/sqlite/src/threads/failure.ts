import { HoldfastError, isHoldfastError } from '@holdfast/core/backend'
import type { ErrorCode } from '@holdfast/core/backend'
import Database from 'better-sqlite3'

/** An error on its way between threads, which classes do not survive. */
export type Failure =
  | { readonly kind: 'sqlite'; readonly code: string; readonly message: string }
  | {
      readonly kind: 'holdfast'
      readonly code: ErrorCode
      readonly message: string
      readonly table: string | undefined
      readonly key: unknown
      readonly column: string | undefined
      readonly path: string | undefined
      readonly cause: Failure | undefined
    }
  | { readonly kind: 'other'; readonly name: string; readonly message: string }

export function toFailure(error: unknown): Failure {
  if (isHoldfastError(error)) {
    const { code, message, table, key, column, path, cause } = error
    return {
      kind: 'holdfast',
      code,
      message,
      table,
      key,
      column,
      path,
      cause: cause === undefined ? undefined : toFailure(cause),
    }
  }
  if (error instanceof Database.SqliteError)
    return { kind: 'sqlite', code: error.code, message: error.message }
  if (error instanceof Error) return { kind: 'other', name: error.name, message: error.message }
  return { kind: 'other', name: 'Error', message: String(error) }
}

export function fromFailure(failure: Failure): Error {
  switch (failure.kind) {
    case 'sqlite':
      return new Database.SqliteError(failure.message, failure.code)
    case 'holdfast': {
      const { code, message, table, key, column, path, cause } = failure
      return new HoldfastError(code, message, {
        ...(table !== undefined && { table }),
        ...(key !== undefined && { key }),
        ...(column !== undefined && { column }),
        ...(path !== undefined && { path }),
        ...(cause !== undefined && { cause: fromFailure(cause) }),
      })
    }
    case 'other':
      return Object.assign(new Error(failure.message), { name: failure.name })
  }
}
