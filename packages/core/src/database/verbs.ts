import { HoldfastError } from '../backend/errors.js'
import type { Relation } from '../relation/index.js'
import { definedColumns } from '../schema/table.js'
import type { Table } from '../schema/table.js'
import { readTable, tableExists, unknownTable } from './read-table.js'
import type { ColumnDefinition, TableDefinition } from '../schema/types.js'
import type { DropOptions, SqlTag, Transaction, TransactionOptions, Verbs } from './database-types.js'
import type { Call } from './diagnostics.js'
import { BoundFile } from './files/file-handle.js'
import { fileOptions, fileReference } from './files/file-options.js'
import { openFile } from './files/file-table.js'
import type { FileHandle, FileQueryOptions } from './files/file-types.js'
import { abortSignal, flag, readCallOptions, readOptions } from './options.js'
import type { CallOptions, OptionReaders } from './options.js'
import { QueryHandle } from './query.js'
import { runnerOf } from './query-run.js'
import { relationSource } from './query-state.js'
import type { Fields, FieldsOf, FieldsOfRow, Query } from './query-types.js'
import { readRelation } from './read-relation.js'
import type { Scope } from './scope.js'
import { isOptions, mayChangeTables, readStatement } from './sql.js'
import { compareTables } from './table-comparison.js'
import { BoundTable } from './table-handle.js'
import type { FoundShape, ShapeOf, TableHandle, TableShape } from './table-types.js'

interface ReadFileOptions extends Omit<FileQueryOptions, 'columns'> {
  readonly columns?: readonly ColumnDefinition[]
}

const queryOptions: OptionReaders<ReadFileOptions> = {
  ...fileOptions,
  // Read once: what is given may be anything.
  table: (given) => ({ ...(given as Table), definition: readTable(given) }),
  columns: definedColumns,
}
const dropOptions: OptionReaders<DropOptions> = { signal: abortSignal, ifExists: flag }

/** What the handles of a database and of a transaction have in common. */
export abstract class ScopeVerbs implements Verbs {
  readonly #scope: Scope
  /** One handle for each table: most programs ask for it at every call. */
  readonly #handles = new WeakMap<TableDefinition, TableHandle<TableShape>>()

  constructor(scope: Scope) {
    this.#scope = scope
  }

  async ensure(table: Table, options?: CallOptions): Promise<void> {
    const definition = readTable(table)
    return this.#scope.perform(call('ensure', definition.name, options), async () => {
      await this.#ensure(definition)
      this.#scope.definitions.add(definition)
    })
  }

  async create(table: Table, options?: CallOptions): Promise<void> {
    const definition = readTable(table)
    return this.#scope.perform(call('create', definition.name, options), async () => {
      this.#scope.changeable()
      if ((await this.#found(definition.name)) !== undefined) throw tableExists(definition.name)
      await this.#scope.createTable(definition)
      this.#scope.definitions.add(definition)
    })
  }

  async drop(table: Table | string, options?: DropOptions): Promise<void> {
    const { ifExists = false, ...rest } = readOptions<DropOptions>(options, dropOptions)
    const name = typeof table === 'string' ? table : readTable(table).name
    return this.#scope.perform(call('drop', name, rest), async () => {
      this.#scope.changeable()
      try {
        await this.#scope.dropTable(name)
      } catch (error) {
        if (!(ifExists && error instanceof HoldfastError && error.code === 'UNKNOWN_TABLE')) throw error
      }
    })
  }

  async tables(options?: CallOptions): Promise<readonly TableDefinition[]> {
    return this.#scope.perform(call('tables', undefined, options), () => this.#tables())
  }

  table<T extends Table>(table: T): TableHandle<ShapeOf<T>>
  table<Row extends object = Record<string, unknown>>(name: string): Promise<TableHandle<FoundShape<Row>>>
  table(table: Table | string): TableHandle<TableShape> | Promise<TableHandle<TableShape>> {
    return typeof table === 'string' ? this.#foundTable(table) : this.#handle(readTable(table))
  }

  file<T extends Table>(
    path: string,
    options: FileQueryOptions & { readonly table: T },
  ): Promise<FileHandle<FieldsOf<T>>>
  file<Row extends object = Record<string, unknown>>(
    path: string,
    options?: FileQueryOptions,
  ): Promise<FileHandle<FieldsOfRow<Row>>>
  async file(path: string, options?: FileQueryOptions): Promise<FileHandle<Fields>> {
    const given = readOptions<ReadFileOptions>(options, queryOptions)
    if (given.table !== undefined && given.columns !== undefined) {
      const message = 'options.table states all columns: leave options.columns out, or the table.'
      throw new HoldfastError('INVALID_ARGUMENT', message, { path: 'options.columns' })
    }
    const { signal } = given
    const file = fileReference(path, given)
    return this.#scope.perform(call('file', undefined, signal && { signal }), async () => {
      return new BoundFile(this.#scope, await openFile(this.#scope.connection, file, given, signal))
    })
  }

  query<Row extends object = Record<string, unknown>>(
    relation: Relation | object | string,
  ): Query<readonly [FieldsOfRow<Row>]> {
    const { name } = this.#scope.connection
    return new QueryHandle(relationSource(runnerOf(this.#scope), readRelation(relation, name)))
  }

  abstract transaction<Result>(
    work: (transaction: Transaction) => Promise<Result> | Result,
    options?: TransactionOptions,
  ): Promise<Result>

  sql(options: CallOptions): SqlTag
  sql<Row extends object = Record<string, unknown>>(
    text: TemplateStringsArray,
    ...values: readonly unknown[]
  ): Promise<Row[]>
  sql(given: unknown, ...values: readonly unknown[]): SqlTag | Promise<object[]> {
    if (!isOptions(given)) return this.#sql(given, values, undefined)
    const { signal } = readCallOptions(given)
    return <Row extends object>(text: TemplateStringsArray, ...bound: readonly unknown[]) =>
      this.#sql(text, bound, signal) as Promise<Row[]>
  }

  async #sql(text: unknown, values: readonly unknown[], signal: AbortSignal | undefined): Promise<object[]> {
    const statement = { ...readStatement(text, values), ...(signal && { signal }) }
    const sqlCall: Call = { verb: 'sql', signal }
    return this.#scope.perform(sqlCall, async () => {
      const { capabilities, backendName } = this.#scope.connection
      const { rows, changes } = await this.#scope.change((session) => {
        if (capabilities.sql !== false && session.sql !== undefined) return session.sql(statement)
        throw new HoldfastError('UNSUPPORTED', `The engine "${backendName}" does not speak SQL.`)
      }, signal)
      if (mayChangeTables(statement)) this.#scope.forgetTables(true)
      sqlCall.rows = rows.length === 0 ? changes : rows.length
      return [...rows]
    })
  }

  /** Every table. What the engine says of its tables is known to be right. */
  async #tables(): Promise<readonly TableDefinition[]> {
    const { definitions } = this.#scope
    const tables = await this.#scope.tables()
    for (const table of tables) definitions.add(table)
    return tables
  }

  async #ensure(definition: TableDefinition): Promise<void> {
    const found = await this.#found(definition.name)
    if (found === undefined) {
      this.#scope.changeable()
      return this.#create(definition)
    }
    const { missingIndexes } = compareTables(definition, found)
    for (const index of missingIndexes) await this.#scope.createIndex(definition.name, index)
  }

  /** Somebody else may have made the same table a moment ago, which is as good. */
  async #create(definition: TableDefinition): Promise<void> {
    try {
      await this.#scope.createTable(definition)
    } catch (error) {
      const found =
        error instanceof HoldfastError && error.code === 'TABLE_EXISTS'
          ? await this.#found(definition.name)
          : undefined
      if (found === undefined) throw error
      compareTables(definition, found)
    }
  }

  /** The table of this name. One whose name differs only in case is refused, as some engines hold them for the same (WRITE-9). */
  async #found(name: string): Promise<TableDefinition | undefined> {
    const tables = await this.#scope.tables()
    const found = tables.find((table) => table.name.toLowerCase() === name.toLowerCase())
    if (found === undefined || found.name === name) return found
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `There is a table "${found.name}": the name "${name}" differs from it only in case.`,
      { table: found.name },
    )
  }

  async #foundTable(name: string): Promise<TableHandle<TableShape>> {
    const tables = await this.tables()
    const definition = tables.find((table) => table.name === name)
    if (definition === undefined) throw unknownTable(name, tables)
    return this.#handle(definition)
  }

  #handle(definition: TableDefinition): TableHandle<TableShape> {
    let handle = this.#handles.get(definition)
    if (handle === undefined)
      this.#handles.set(definition, (handle = new BoundTable(this.#scope, definition)))
    return handle
  }
}

function call(verb: string, table: string | undefined, options: CallOptions | undefined): Call {
  const { signal } = readCallOptions(options)
  return { verb, signal, ...(table !== undefined && { table }) }
}
