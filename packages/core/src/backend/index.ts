/** What a plugin is written against. */
export * from './types.js'
export * from './errors.js'
export type * from './file-types.js'
export { noFiles } from './no-files.js'
export type * from '../schema/types.js'
export type * from '../expression/types.js'
export type * from '../relation/types.js'
export { functions } from '../expression/functions/index.js'
export { columnsOf, columnsOfTable } from '../relation/columns-of.js'

// For the function of its options that a backend is.
export * from './options/index.js'

// For engines that compile relations or evaluate expressions themselves.
export { compileCondition, compileExpression, compileRowExpression } from '../expression/compile.js'
export type { Evaluate, ReadColumn } from '../expression/compile.js'
export { typeOfExpression } from '../expression/type-of.js'
export { conjuncts } from '../expression/node.js'
export { columnsRead, sizeOf, substitute } from '../plan/expressions.js'
export { compileAggregate } from '../evaluate/accumulators.js'
export type { Accumulator, AccumulatorFactory } from '../evaluate/accumulators.js'
export { limitRange } from '../evaluate/limit.js'
export { compileOrder } from '../evaluate/row-order.js'
export type { OrderedRow, RowOrder } from '../evaluate/row-order.js'
export { addExactly, exactTotal, finite } from '../evaluate/sums.js'
export type { ExactSum } from '../evaluate/sums.js'
export { comparatorOf, compareKeys, keyOfRow, tupleIdentity, valueIdentity } from '../schema/compare.js'
export type { Comparator, Identity } from '../schema/compare.js'

// For adapters whose options take expressions, written with the builder.
export { expressionOf } from '../expression/expression-of.js'
export { sortTermsOf } from '../expression/order-term.js'
export type { OrderBy } from '../expression/order-term.js'
export { rowExpressions } from '../expression/row-expressions.js'

// For engines over keys and values.
export { applyChanges } from './apply-changes.js'
export type { AppliedChanges, AppliedDelete, AppliedPut, AppliedTable, ChangeStore } from './apply-changes.js'
export { throwIfAborted } from './abort.js'
export type { RowSpace } from './row-space.js'
export { Sequence } from './sequence.js'
export { WriterQueue } from './writer-queue.js'
export type { Writer, WriterWait } from './writer-queue.js'
export * from './write-errors.js'
export { indexLayoutOf, writeLayoutOf } from './write-layout.js'
export type { IndexLayout, WriteLayout } from './write-layout.js'
export { writeRows } from './write-rows.js'
export type { Outcome } from './write-rows.js'

export { bufferedTransaction } from './buffered-transaction.js'
export type { BufferedEngine } from './buffered-transaction.js'
export * from './key-value/index.js'

// For engines that keep definitions and refuse names.
export { definitionFromJson, definitionToJson } from '../schema/json.js'
export { nameProblem } from '../schema/names.js'
export { didYouMean, nearest } from '../schema/nearest.js'
export { tableFromDefinition } from '../schema/table.js'

// For codecs, and for tables that other programs made.
export { generateFunction } from './generate-function.js'
export { storedFromJson, storedToJson } from '../schema/stored-json.js'
export type { StoredJson } from '../schema/stored-json.js'
export { offerStored } from './stored-source.js'
export type { StoredSource } from './stored-source.js'
export { limits } from '../schema/limits.js'
export { checkStored, isStored, toStored, toUser } from '../schema/values.js'
