import type { StoredRow } from '@holdfast/core/backend'
import type { ColumnReader, Dictionary, Numbers } from './column-reader.js'

/** How many rows a chunk holds at most: few enough to be copied at every change, many enough to be read in one go. */
export const chunkRows = 4096

/**
 * Some rows of a table that follow each other in key order. Never changed, so that whoever holds a list of chunks holds a
 * snapshot. Columns are read out of the rows into arrays when a query first needs them, and kept as long as the chunk is.
 */
export class Chunk {
  readonly rows: readonly StoredRow[]
  readonly #numbers: (Numbers | undefined)[] = []
  readonly #dictionaries: (Dictionary | undefined)[] = []
  readonly #diverse: (true | undefined)[] = []

  constructor(rows: readonly StoredRow[]) {
    this.rows = rows
  }

  /** The column as numbers; only for columns that are `numeric`. */
  numbers(column: ColumnReader): Numbers {
    return (this.#numbers[column.position] ??= column.readNumbers(this.rows))
  }

  /** The column as codes of its different values. */
  dictionary(column: ColumnReader): Dictionary {
    return (this.#dictionaries[column.position] ??= column.readDictionary(this.rows, this.rows.length)!)
  }

  /** The same, unless nearly every value is another one, so that looking at each row is as good. */
  smallDictionary(column: ColumnReader): Dictionary | undefined {
    const { position } = column
    const known = this.#dictionaries[position]
    if (known !== undefined || this.#diverse[position] !== undefined) return known
    const made = column.readDictionary(this.rows, this.rows.length >> 3)
    if (made === undefined) this.#diverse[position] = true
    return (this.#dictionaries[position] = made)
  }
}

/** Rows in key order as chunks of at most `size` rows. */
export function chunksOf(rows: readonly StoredRow[], size = chunkRows): Chunk[] {
  if (rows.length <= size) return rows.length === 0 ? [] : [new Chunk(rows)]
  const chunks: Chunk[] = []
  for (let start = 0; start < rows.length; start += size)
    chunks.push(new Chunk(rows.slice(start, start + size)))
  return chunks
}
