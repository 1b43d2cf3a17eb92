/** One storage contract, many engines, the same answer from each. */

export { open } from './database/open.js'
export type {
  Database,
  DropOptions,
  OpenOptions,
  RetryOptions,
  SqlTag,
  Transaction,
  TransactionOptions,
  Verbs,
} from './database/database-types.js'
export type { DiagnosticEvent } from './database/diagnostics.js'
export type {
  ExportOptions,
  FileHandle,
  FileOptions,
  FileQueryOptions,
  FileResult,
  ImportOptions,
} from './database/files/file-types.js'
export type { CallOptions } from './database/options.js'
export type {
  Assignments,
  EngineExplanation,
  ExplainOptions,
  Explanation,
  Fields,
  FieldsOf,
  FieldsOfRow,
  GroupedQuery,
  OrderTerm,
  Page,
  PageOptions,
  Query,
  QueryStart,
  QueryStatistics,
  RowOfFields,
  RowOfSources,
  RowStream,
  RunResult,
  Selection,
  Sources,
} from './database/query-types.js'
export type {
  ConflictPolicy,
  FoundShape,
  InsertOptions,
  InsertResult,
  LoadOptions,
  LoadResult,
  Patch,
  Rows,
  RowsToLoad,
  SearchOptions,
  ShapeOf,
  TableHandle,
  TableShape,
  VersionOptions,
} from './database/table-types.js'

export {
  bigint,
  boolean,
  bytes,
  Column,
  date,
  decimal,
  double,
  integer,
  json,
  text,
  timestamp,
  uuid,
} from './schema/columns.js'
export type { JsonArray, JsonObject, JsonValue } from './schema/columns.js'
export { definitionFromJson, definitionToJson } from './schema/json.js'
export { table, tableFromDefinition } from './schema/table.js'
export type { IndexOptions, InsertOf, KeyOf, PatchOf, RowOf, Table, TableOptions } from './schema/table.js'
export type {
  CheckDefinition,
  ColumnDefinition,
  ColumnType,
  DefaultDefinition,
  FileCompression,
  FileFormat,
  IndexDefinition,
  LogicalType,
  TableDefinition,
  TypeName,
} from './schema/types.js'

export { and, caseWhen, ColumnExpression, literal, not, or } from './expression/index.js'
export type {
  Condition,
  Expression,
  NullsOption,
  Operand,
  OrderBy,
  TypedExpression,
} from './expression/index.js'
// Parts of the types of expressions: whoever exports a query of theirs needs their names.
export type {
  Answer,
  NullOf,
  NumericName,
  OperandValue,
  OrderedName,
  SelfTyped,
  SelfTypedName,
  WholeName,
} from './expression/operands.js'
export {
  avg,
  count,
  countDistinct,
  denseRank,
  first,
  lag,
  last,
  lead,
  max,
  median,
  min,
  quantile,
  rank,
  relationFromJson,
  relationToJson,
  rowNumber,
  stddev,
  sum,
} from './relation/index.js'
export type { AggregateExpression, Relation, WindowExpression, WindowOptions } from './relation/index.js'
export type { PlanDescription } from './plan/index.js'

export { errorCodes, HoldfastError, isHoldfastError } from './backend/errors.js'
export type { ErrorCode, ErrorDetails } from './backend/errors.js'
export type { FileCapabilities } from './backend/file-types.js'
export type { Backend, Capabilities, Statistics } from './backend/types.js'
