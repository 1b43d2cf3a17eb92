import { HoldfastError } from '@holdfast/core/backend'
import type { ErrorCode, ErrorDetails } from '@holdfast/core/backend'

/** What is wrong with a record of a file, before it is known what the file is called. */
export interface Problem {
  readonly code: ErrorCode
  /** Ends a sentence that begins with the file and the line. */
  readonly message: string
  /** The line of the file, counted from 1, in which the record begins. */
  readonly line?: number
  readonly details?: ErrorDetails
}

/** The error that tells of a problem. */
export function asError({ code, message, line, details }: Problem, file: string): HoldfastError {
  const where = line === undefined ? file : `${file}, line ${line}`
  return new HoldfastError(code, `${where}: ${message}`, details)
}

/** A name that a file holds, as messages show it: it can be of any length. */
export function shown(name: string): string {
  return JSON.stringify(name.slice(0, 80).toWellFormed())
}

/** A value of a row as errors name it. */
export function pathOf(row: number, column: string): string {
  return /^[A-Za-z_]\w{0,62}$/.test(column) ? `rows[${row}].${column}` : `rows[${row}][${shown(column)}]`
}
