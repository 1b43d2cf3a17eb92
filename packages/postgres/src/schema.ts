import { HoldfastError, toStored } from '@holdfast/core/backend'
import type { TableDefinition } from '@holdfast/core/backend'
import { isDeepStrictEqual } from 'node:util'
import type { Dialect } from '@holdfast/sql'
import { raw, refuse, sql } from '@holdfast/sql'
import type { Access } from './access.js'
import { ownTable, readCatalog } from './catalog/catalog.js'
import type { CatalogTable } from './catalog/catalog.js'
import { castColumn, checkedColumn } from './catalog/checked-column.js'
import { dialectOf } from './dialect.js'
import type { Designs } from './physical/design.js'
import type { DecodeColumn } from './prepared.js'
import { castOf, valueTypeOf } from './types.js'

/** What is known of the tables of one schema, read again when it may have changed. */
export class Schema {
  readonly name: string
  /** How tables are to be kept that the options say it of. */
  readonly designs: Designs
  #tables: ReadonlyMap<string, CatalogTable>
  #dialects: Dialects

  constructor(name: string, designs: Designs, tables: ReadonlyMap<string, CatalogTable> = new Map()) {
    this.name = name
    this.designs = designs
    this.#tables = tables
    this.#dialects = this.#newDialects()
  }

  /** What is known until now, for a transaction that changes tables. */
  fork(): Schema {
    return new Schema(this.name, this.designs, this.#tables)
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
  async load(access: Access, signal?: AbortSignal): Promise<readonly TableDefinition[]> {
    const tables = await access.read((run) => readCatalog(run, this.name), signal)
    this.#change(tables)
    return definitionsOf(tables)
  }

  /** Reads what tables a transaction sees that has changed none; what was not known of is known then. */
  async learn(access: Access): Promise<readonly TableDefinition[]> {
    const tables = await access.read((run) => readCatalog(run, this.name))
    if ([...tables.keys()].some((name) => !this.#tables.has(name)))
      this.#change(new Map([...tables, ...this.#tables]))
    return definitionsOf(tables)
  }

  /** To be called with a table that was created, or a name that was dropped. */
  note(changed: TableDefinition | string): void {
    const tables = new Map(this.#tables)
    if (typeof changed === 'string') tables.delete(changed)
    else {
      const { partitioning } = this.designs.get(changed.name) ?? {}
      tables.set(changed.name, ownTable(this.name, changed, partitioning))
    }
    this.#change(tables)
  }

  knows(table: TableDefinition): boolean {
    return this.#tables.has(table.name)
  }

  find(name: string): CatalogTable | undefined {
    return this.#tables.get(name)
  }

  /** How a column of a table is read that another program made. */
  decoderOf({ name, columns }: TableDefinition): DecodeColumn | undefined {
    if (this.#tables.get(name)?.own !== false) return undefined
    const documents = new Set(columns.filter(({ type }) => type.name === 'json').map((column) => column.name))
    return (column) => (documents.has(column) ? canonicalDocument : undefined)
  }

  /** What has been found to be as it was keeps its statements. */
  #change(tables: ReadonlyMap<string, CatalogTable>): void {
    if (isDeepStrictEqual(tables, this.#tables)) return
    this.#tables = tables
    this.#dialects = this.#newDialects()
  }

  #newDialects(): Dialects {
    const plain = dialectOf(this.name)
    const reading = (documents: 'read' | 'refuse'): Dialect => ({
      ...plain,
      column: (reference, column, table) => {
        const found = this.#tables.get(table.name)
        if (found?.own === true) return plain.column?.(reference, column, table) ?? reference
        if (column.type.name === 'json' && documents === 'refuse')
          refuse('a document may not be in canonical form')
        return found === undefined ? castColumn(reference, column) : checkedColumn(reference, column)
      },
      assigned: (value, column, table) => {
        const cast = this.#tables.get(table.name)?.casts.get(column.name) ?? castOf(column.type)
        return cast === valueTypeOf(column.type) ? value : sql`${value}::${raw(cast)}`
      },
    })
    return { running: reading('refuse'), scanning: reading('read') }
  }
}

function definitionsOf(tables: ReadonlyMap<string, CatalogTable>): readonly TableDefinition[] {
  return [...tables.values()].map(({ definition }) => definition)
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
