import {
  definitionFromJson,
  definitionToJson,
  HoldfastError,
  storedFromJson,
  storedToJson,
  toStored,
  toUser,
} from '@holdfast/core/backend'
import type { ColumnDefinition, LogicalType, StoredValue, TableDefinition } from '@holdfast/core/backend'
import { Document, isMap, parse, visit } from 'yaml'
import { describeExpression } from './describe-expression.js'

/** What stands in a `table.yaml` besides the definition. */
export interface TableFacts {
  /** Under which the journals know the table. */
  readonly id: number
  /** How many times the file was replaced. */
  readonly revision: number
}

const about = ` A table of a Holdfast database. This file describes it to people, and is written anew with each change of
 the definition; what counts is manifest.json in the folder above. Do not edit either of them.

 NNNNNN.parquet (or .ndjson, .csv, .json) is a segment: rows in the order of the key, never changed once written.
   DuckDB and other programs can read it. But a row in it may since have been replaced or deleted, recent rows are
   still in ../journal-NNNNNN.ndjson alone, and a segment may hold nothing but keys of deleted rows: which segments
   count, and in which order, only the manifest tells. Export the table to get files that hold exactly its rows.
 NNNNNN.index.json belongs to the segment: its blocks, their statistics and their checksums.`

/**
 * A definition as YAML for people. `readTableYaml` gets it back from there.
 */
export function describeTable(definition: TableDefinition, { id, revision }: TableFacts): string {
  const { name, columns, primaryKey, indexes, checks } = definition
  const { checks: conditions } = definitionToJson(definition) as { readonly checks: readonly CheckJson[] }
  const document = new Document({
    table: name,
    id,
    revision,
    columns: columns.map(describeColumn),
    primaryKey,
    indexes: indexes.map((index) => ({ name: index.name, columns: index.columns, unique: index.unique })),
    checks: checks.map((check, index) => ({
      name: check.name,
      means: describeExpression(check.condition),
      condition: JSON.stringify(conditions[index]?.condition),
    })),
  })
  document.commentBefore = about
  // A list of names and a default fit on the line that they belong to.
  visit(document, {
    Seq: (_, node) => void (node.flow = node.items.every((item) => !isMap(item))),
    Map: (_, node) => void (node.flow = node.has('value')),
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

/**
 * The definition in a `table.yaml`.
 *
 * @throws HoldfastError `CORRUPT` if it is none that `describeTable` wrote
 */
export function readTableYaml(text: string): TableFacts & { readonly definition: TableDefinition } {
  try {
    const { table, id, revision, columns, checks, ...rest } = parse(text) as TableYaml
    if (!isCount(id) || !isCount(revision)) throw new TypeError('"id" and "revision" are whole numbers')
    const definition = definitionFromJson({
      ...rest,
      name: table,
      columns: columns.map(columnFromYaml),
      checks: checks.map(({ name, condition }) => ({ name, condition: JSON.parse(condition) as unknown })),
    })
    return { id, revision, definition }
  } catch (cause) {
    throw new HoldfastError('CORRUPT', 'The file does not describe a table.', { cause })
  }
}

interface CheckJson {
  readonly condition: unknown
}

interface ColumnYaml {
  readonly name: string
  readonly type: string
  readonly nullable?: true
  readonly default?: 'now' | 'uuid' | { readonly value: unknown }
  readonly generated?: 'increment'
  readonly version?: true
}

interface TableYaml {
  readonly table: string
  readonly id: unknown
  readonly revision: unknown
  readonly columns: readonly ColumnYaml[]
  readonly checks: readonly { readonly name: string; readonly condition: string }[]
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value)

function describeColumn({
  name,
  type,
  nullable,
  default: given,
  generated,
  version,
}: ColumnDefinition): ColumnYaml {
  return {
    name,
    type: spellType(type),
    ...(nullable && { nullable: true }),
    ...(given !== undefined && {
      default: given.kind === 'value' ? { value: spellValue(type, given.value) } : given.kind,
    }),
    ...(generated !== undefined && { generated }),
    ...(version === true && { version }),
  }
}

function columnFromYaml({ type: spelled, nullable, default: given, ...rest }: ColumnYaml): object {
  const type = readType(spelled)
  const kind = typeof given === 'object' ? 'value' : given
  return {
    ...rest,
    type,
    nullable: nullable === true,
    ...(typeof given === 'object'
      ? { default: { kind, value: storedToJson(readValue(type, given.value)) } }
      : kind !== undefined && { default: { kind } }),
  }
}

function spellType(type: LogicalType): string {
  if (type.name === 'decimal') return `decimal(${type.precision}, ${type.scale})`
  return type.name === 'timestamp' ? `timestamp(${type.unit})` : type.name
}

function readType(spelled: string): object {
  const decimal = /^decimal\((\d+), (\d+)\)$/.exec(spelled)
  if (decimal !== null) return { name: 'decimal', precision: Number(decimal[1]), scale: Number(decimal[2]) }
  const timestamp = /^timestamp\((ms|us)\)$/.exec(spelled)
  return timestamp === null ? { name: spelled } : { name: 'timestamp', unit: timestamp[1] }
}

/** As people write it: decimals with their point, instants as dates, all else as in JSON. */
function spellValue(type: LogicalType, value: StoredValue): unknown {
  if (value === null) return null
  if (type.name === 'decimal') return toUser(type, value)
  if (isInstant(type)) return new Date(value as number).toISOString()
  return storedToJson(value)
}

function readValue(type: object, value: unknown): StoredValue {
  const known = type as LogicalType
  if (value === null) return null
  if (known.name === 'decimal') return toStored(known, value, 'default')
  if (isInstant(known)) return toStored(known, new Date(value as string), 'default')
  return storedFromJson(known, value, 'default')
}

const isInstant = (type: LogicalType) => type.name === 'timestamp' && type.unit === 'ms'
