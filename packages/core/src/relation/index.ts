export {
  AggregateExpression,
  avg,
  count,
  countDistinct,
  first,
  last,
  max,
  median,
  min,
  quantile,
  stddev,
  sum,
} from './aggregate-builder.js'
export type { OrderOption } from './aggregate-builder.js'
export { typeOfAggregate, typeOfWindow } from './aggregates.js'
export type { Aggregate, Window } from './aggregates.js'
export { columnsOf, columnsOfTable } from './columns-of.js'
export { relationFromJson, relationToJson } from './json.js'
export { placeholderOf } from './placeholder.js'
export type { Placeholder } from './placeholder.js'
export type * from './types.js'
export { denseRank, lag, lead, rank, rowNumber, WindowCall, WindowExpression } from './window-builder.js'
export type { FrameBound, WindowOptions } from './window-builder.js'
