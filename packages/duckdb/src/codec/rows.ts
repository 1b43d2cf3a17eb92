import type { DuckDBType } from '@duckdb/node-api'
import duckdb from '@duckdb/node-bindings'
import type { DataChunk } from '@duckdb/node-bindings'
import { generateFunction } from '@holdfast/core/backend'
import type { Batch, ColumnType, StoredRow, StoredValue } from '@holdfast/core/backend'
import { columnReader } from './columns.js'

export type NamedColumn = ColumnType & { readonly name: string }

/** Turns a chunk of a result into rows. */
export type ReadRows = (chunk: DataChunk) => Batch

type Columns = readonly StoredValue[][]
type AssembleRows = (columns: Columns, count: number) => Batch

/** How the rows of a result with these physical types are read: column by column, then put together. */
export function rowReader(columns: readonly NamedColumn[], physical: readonly DuckDBType[]): ReadRows {
  const readers = columns.map(({ type }, index) => columnReader(physical[index]!, type))
  const names = columns.map(({ name }) => name)
  const assemble = generateAssembly(names) ?? assembly(names)
  return (chunk) => {
    const count = duckdb.data_chunk_get_size(chunk)
    return assemble(
      readers.map((read, index) => read(chunk, index, count)),
      count,
    )
  }
}

/** An object literal: all rows have one shape, and no key is looked up. */
function generateAssembly(names: readonly string[]): AssembleRows | undefined {
  const fields = names.map((name, index) => `${propertyName(name)}: columns[${index}][row]`)
  const body = `const rows = new Array(count)
for (let row = 0; row < count; row++) rows[row] = { ${fields.join(', ')} }
return rows`
  return generateFunction<AssembleRows>(['columns', 'count'], body)
}

/** Computed where the name would set the prototype instead. */
function propertyName(name: string): string {
  return name === '__proto__' ? '["__proto__"]' : JSON.stringify(name)
}

function assembly(names: readonly string[]): AssembleRows {
  return (columns, count) =>
    Array.from({ length: count }, (_, row) => {
      const values: StoredRow = {}
      names.forEach((name, index) => {
        const value = columns[index]![row]!
        Object.defineProperty(values, name, { value, enumerable: true, writable: true, configurable: true })
      })
      return values
    })
}
