/**
 * Relations as SQL. A `Dialect` says how an engine writes and binds things; `compile` turns a relation into one statement
 * and `takes` says beforehand whether it can.
 */
export { compile, takes, whyNot } from './compile.js'
export type { Query } from './compile.js'
export { castBy } from './casts.js'
export type { Casts, RenderCast } from './casts.js'
export { databasePath, databasePlace, isToBeCreated } from './database-file.js'
export type { DatabasePlace } from './database-file.js'
export type { Dialect, DialectLimits, RenderAggregate, RenderFunction, Scalar } from './dialect.js'
export { balanced, join, leafOf, raw, sql } from './fragment.js'
export type { EncodeParameter, Fragment, Hole, Reference } from './fragment.js'
export { hole } from './fragment.js'
export { isKeyOrder, keyPage, rowByKey, rowsByKeys, tableInKeyOrder, tableRows } from './key-relations.js'
export { compileDelete, compileTableExpression, compileUpdate } from './mutation.js'
export { refuse } from './refusal.js'
export { bindSlots, tablesOf, taken } from './running.js'
export { searchTerms } from './search-terms.js'
export type { SearchTerm } from './search-terms.js'
export {
  comparisons,
  conditionals,
  counts,
  everyWindow,
  extremes,
  limitAndOffset,
  logic,
  quoteIdentifier,
} from './standard.js'
export type { ParameterSlot, Statement } from './writer.js'
