/** What a plugin is written against. */
export * from './types.js'
export * from './errors.js'
export type * from '../schema/types.js'
export type * from '../expression/types.js'
export type * from '../relation/types.js'
export { functions } from '../expression/functions/index.js'
export { columnsOf, columnsOfTable } from '../relation/columns-of.js'

// For engines that evaluate expressions themselves.
export { compileCondition, compileExpression, compileRowExpression } from '../expression/compile.js'
export type { Evaluate, ReadColumn } from '../expression/compile.js'
export { typeOfExpression } from '../expression/type-of.js'
export { comparatorOf, compareKeys, keyOfRow, tupleIdentity, valueIdentity } from '../schema/compare.js'
export type { Comparator, Identity } from '../schema/compare.js'
export { generate } from '../schema/generate.js'

// For engines over keys and values.
export { applyChanges } from './apply-changes.js'
export type { AppliedChanges, AppliedDelete, AppliedPut, AppliedTable, ChangeStore } from './apply-changes.js'
export { throwIfAborted } from './abort.js'
export type { RowSpace } from './row-space.js'
export { Sequence } from './sequence.js'
export * from './write-errors.js'
export { indexLayoutOf, writeLayoutOf } from './write-layout.js'
export type { IndexLayout, WriteLayout } from './write-layout.js'
export { writeRows } from './write-rows.js'
export type { Outcome } from './write-rows.js'

// For engines that keep definitions and refuse names.
export { definitionFromJson, definitionToJson } from '../schema/json.js'
export { nameProblem } from '../schema/names.js'
export { didYouMean } from '../schema/nearest.js'
