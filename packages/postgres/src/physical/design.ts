import type { Expression, SortTerm, TableDefinition } from '@holdfast/core/backend'

/** How a table is cut into parts, as it is also written down in the database. */
export type Partitioning =
  | {
      readonly kind: 'range'
      readonly column: string
      /** The width of a range: one of time, or a number in digits. */
      readonly every: string
    }
  | { readonly kind: 'hash'; readonly columns: readonly string[]; readonly partitions: number }

export type IndexMethod = 'btree' | 'hash' | 'gin' | 'gist' | 'spgist' | 'brin'

/** What an index is of. */
export type IndexKeys =
  | { readonly kind: 'values'; readonly terms: readonly SortTerm[] }
  /** The words of texts, as `search` looks for them. */
  | { readonly kind: 'words'; readonly columns: readonly string[] }
  /** Every three characters of texts that follow each other. */
  | { readonly kind: 'trigrams'; readonly texts: readonly Expression[] }
  /** What is in a document. */
  | { readonly kind: 'document'; readonly column: string }

export interface IndexDesign {
  readonly name: string
  readonly method: IndexMethod
  readonly keys: IndexKeys
  readonly include: readonly string[]
  readonly where: Expression | undefined
  readonly pagesPerRange: number | undefined
  /** The extension without which PostgreSQL cannot make it. */
  readonly extension: string | undefined
}

/** The physical options of a table as data. */
export interface Design {
  /** The table that it was written for. */
  readonly definition: TableDefinition
  readonly partitioning: Partitioning | undefined
  readonly indexes: readonly IndexDesign[]
}

/** By the names of tables. */
export type Designs = ReadonlyMap<string, Design>

/** The columns by which a table is cut into parts. */
export function partitionColumns(partitioning: Partitioning): readonly string[] {
  return partitioning.kind === 'range' ? [partitioning.column] : partitioning.columns
}
