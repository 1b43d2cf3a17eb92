import { columnTypeOf } from './create-table.js'
import type { LogicalType } from '@holdfast/core/backend'

/** What SQLite makes of a value that is put into a column. */
export type Affinity = 'text' | 'number' | 'none'

/** SQLite's own rules, in their order: parts of the declared type. */
const rules: readonly (readonly [part: RegExp, affinity: Affinity])[] = [
  [/INT/i, 'number'],
  [/CHAR|CLOB|TEXT/i, 'text'],
  [/BLOB|^$/i, 'none'],
]

/** @param strict whether the table is, where ANY is kept as it is */
export function affinityOf(declared: string, strict: boolean): Affinity {
  if (strict && declared.toUpperCase() === 'ANY') return 'none'
  return rules.find(([part]) => part.test(declared))?.[1] ?? 'number'
}

/** Whether SQLite may make another value of one of the type. */
export function mayAlter(affinity: Affinity | undefined, type: LogicalType): boolean {
  return affinity === 'number' && columnTypeOf(type) === 'TEXT'
}
