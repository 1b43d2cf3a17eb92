import { keyOfRow, tupleIdentity, writeLayoutOf } from '@holdfast/core/backend'
import type {
  ColumnDefinition,
  IndexDefinition,
  Key,
  StoredRow,
  StoredValue,
  TableDefinition,
} from '@holdfast/core/backend'
import { quoteIdentifier as quote } from '@holdfast/sql'
import type { CatalogTable } from '../catalog/catalog.js'
import { qualified } from '../catalog/names.js'
import { rowWriter } from '../codec/encode-binary.js'
import type { WriteRow } from '../codec/encode-binary.js'
import { listEncoder, textEncoder } from '../codec/encode-text.js'

/** A column as a write sees it. */
export interface WrittenColumn {
  readonly name: string
  readonly quoted: string
  /** `::"type"` */
  readonly cast: string
  readonly encode: (value: StoredValue) => string | null
  readonly encodeList: (values: readonly StoredValue[]) => string
}

/** What writing to a table takes, made once. */
export interface TableLayout {
  readonly table: TableDefinition
  /** Qualified and quoted. */
  readonly name: string
  /** Whether its columns have the types that Holdfast gives them. */
  readonly own: boolean
  readonly columns: readonly WrittenColumn[]
  readonly key: readonly WrittenColumn[]
  readonly generated: ColumnDefinition | undefined
  readonly version: string | undefined
  readonly sequence: string | undefined
  readonly hasUniqueIndexes: boolean
  readonly keyOf: (row: StoredRow) => Key
  readonly identityOf: (key: Key) => unknown
  readonly writeRow: WriteRow
  column(name: string): WrittenColumn
  /** The text of a statement that comes often, made once: all that it depends on is in the shape. */
  statement(shape: string, make: () => string): string
  /** What a constraint or unique index of this name stands for. */
  meaningOf(constraint: string | undefined): 'key' | IndexDefinition | undefined
}

const layouts = new WeakMap<CatalogTable, WeakMap<TableDefinition, TableLayout>>()

/** @param found what the catalog says of the table */
export function layoutOf(schema: string, table: TableDefinition, found: CatalogTable): TableLayout {
  let known = layouts.get(found)
  if (known === undefined) layouts.set(found, (known = new WeakMap()))
  let layout = known.get(table)
  if (layout === undefined) known.set(table, (layout = makeLayout(schema, table, found)))
  return layout
}

function makeLayout(schema: string, table: TableDefinition, found: CatalogTable): TableLayout {
  const columns = new Map(table.columns.map((column) => [column.name, writtenColumn(column, found)]))
  const keys = table.primaryKey.map((name) => table.columns.find((column) => column.name === name)!)
  const { uniqueIndexes, version } = writeLayoutOf(table)
  return {
    table,
    name: qualified(schema, table.name),
    own: found.own,
    columns: [...columns.values()],
    key: table.primaryKey.map((name) => columns.get(name)!),
    generated: table.columns.find((column) => column.generated !== undefined),
    version,
    sequence: found.sequence,
    hasUniqueIndexes: uniqueIndexes.length > 0 || found.uniqueIndexes.size > 1,
    keyOf: keyOfRow(table),
    identityOf: tupleIdentity(keys.map(({ type }) => type)),
    writeRow: rowWriter(table.columns),
    column: (name) => columns.get(name)!,
    statement: statementTexts(),
    meaningOf: (constraint) =>
      constraint === undefined
        ? undefined
        : found.uniqueIndexes.get(found.partitionIndexes?.get(constraint) ?? constraint),
  }
}

/** Texts that a table keeps. */
const keptTexts = 500

function statementTexts(): TableLayout['statement'] {
  const texts = new Map<string, string>()
  return (shape, make) => {
    let text = texts.get(shape)
    if (text === undefined) {
      if (texts.size >= keptTexts) texts.clear()
      texts.set(shape, (text = make()))
    }
    return text
  }
}

function writtenColumn({ name, type }: ColumnDefinition, found: CatalogTable): WrittenColumn {
  const encode = textEncoder(type)
  return {
    name,
    quoted: quote(name),
    cast: `::${found.casts.get(name) ?? 'text'}`,
    encode,
    encodeList: listEncoder(type) as WrittenColumn['encodeList'],
  }
}

/** Rows as one array for each column, from the placeholder at `first` on: `unnest($1::int8[], $2::text[])`. */
export function unnested(columns: readonly WrittenColumn[], first = 1): string {
  return `unnest(${columns.map(({ cast }, index) => `$${first + index}${cast}[]`).join(', ')})`
}

/** The values of the arrays of `unnested`. */
export function columnArrays(columns: readonly WrittenColumn[], rows: readonly StoredRow[]): string[] {
  return columns.map(({ name, encodeList }) => encodeList(rows.map((row) => row[name] ?? null)))
}

export function keyArrays({ key }: TableLayout, keys: readonly Key[]): string[] {
  return key.map(({ encodeList }, index) => encodeList(keys.map((one) => one[index]!)))
}

/** `"a" = $1::int8 AND "b" = $2::text` */
export function keyCondition({ key }: TableLayout, first: number): string {
  return key.map(({ quoted, cast }, index) => `${quoted} = $${first + index}${cast}`).join(' AND ')
}

export function encodedKey({ key }: TableLayout, values: Key): (string | null)[] {
  return key.map(({ encode }, index) => encode(values[index]!))
}
