import { HoldfastError, toStored } from '@holdfast/core/backend'
import type { TableDefinition } from '@holdfast/core/backend'
import type { Dialect } from '@holdfast/sql'
import { raw, refuse, sql } from '@holdfast/sql'
import type { Access } from './access.js'
import { ownTable, readCatalog, unknownTable } from './catalog/catalog.js'
import type { CatalogTable } from './catalog/catalog.js'
import { castColumn, checkedColumn } from './catalog/checked-column.js'
import { dialectOf } from './dialect.js'
import type { DecodeColumn } from './prepared.js'
import { castOf, valueTypeOf } from './types.js'

/** What is known of the tables of one schema, read again when it may have changed. */
export class Schema {
  readonly name: string
  readonly #access: Access
  #tables: ReadonlyMap<string, CatalogTable> = new Map()
  #dialects: Dialects

  constructor(name: string, access: Access) {
    this.name = name
    this.#access = access
    this.#dialects = this.#newDialects()
  }

  /** For relations that the engine runs. Another object whenever what it says of tables may have changed. */
  get dialect(): Dialect {
    return this.#dialects.running
  }

  /** For tables as they are: also with what can be read, but not compared. */
  get scanDialect(): Dialect {
    return this.#dialects.scanning
  }

  /** Reads what tables there are. */
  async load(signal?: AbortSignal): Promise<readonly TableDefinition[]> {
    this.#tables = await this.#access.read((run) => readCatalog(run, this.name), signal)
    this.#dialects = this.#newDialects()
    return [...this.#tables.values()].map(({ definition }) => definition)
  }

  /** To be called with a table that was created, or a name that was dropped. */
  note(changed: TableDefinition | string): void {
    const tables = new Map(this.#tables)
    if (typeof changed === 'string') tables.delete(changed)
    else tables.set(changed.name, ownTable(this.name, changed))
    this.#tables = tables
    this.#dialects = this.#newDialects()
  }

  knows(table: TableDefinition): boolean {
    return this.#tables.has(table.name)
  }

  find(name: string): CatalogTable | undefined {
    return this.#tables.get(name)
  }

  /** What is known of a table, for those who write to it. */
  async require({ name }: Pick<TableDefinition, 'name'>): Promise<CatalogTable> {
    if (!this.#tables.has(name)) await this.load()
    const found = this.#tables.get(name)
    if (found === undefined) throw unknownTable(name)
    return found
  }

  /** How a column of a table is read that another program made. */
  decoderOf({ name, columns }: TableDefinition): DecodeColumn | undefined {
    if (this.#tables.get(name)?.own !== false) return undefined
    const documents = new Set(columns.filter(({ type }) => type.name === 'json').map((column) => column.name))
    return (column) => (documents.has(column) ? canonicalDocument : undefined)
  }

  #newDialects(): Dialects {
    const plain = dialectOf(this.name)
    const reading = (documents: 'read' | 'refuse'): Dialect => ({
      ...plain,
      column: (reference, column, table) => {
        const found = this.#tables.get(table.name)
        if (found === undefined) return castColumn(reference, column)
        if (found.own) return plain.column?.(reference, column, table) ?? reference
        if (column.type.name === 'json' && documents === 'refuse')
          refuse('a document may not be in canonical form')
        return checkedColumn(reference, column)
      },
      assigned: (value, column, table) => {
        const cast = this.#tables.get(table.name)?.casts.get(column.name) ?? castOf(column.type)
        return cast === valueTypeOf(column.type) ? value : sql`${value}::${raw(cast)}`
      },
    })
    return { running: reading('refuse'), scanning: reading('read') }
  }
}

interface Dialects {
  readonly running: Dialect
  readonly scanning: Dialect
}

/** A document as another program wrote it: of jsonb, or with white space. */
function canonicalDocument(text: string, column: string) {
  try {
    const document: unknown = JSON.parse(text)
    return document === null ? null : toStored({ name: 'json' }, document, column)
  } catch (cause) {
    throw new HoldfastError(
      'INVALID_DATA',
      `The column "${column}" holds a document with what JSON values cannot be.`,
      { column, cause },
    )
  }
}
