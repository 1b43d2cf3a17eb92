import { openToReadOnly, throwIfAborted, uniqueViolation } from '@holdfast/core/backend'
import type {
  Batches,
  Changes,
  DeleteWhere,
  Key,
  MaybePromise,
  Parameters,
  Relation,
  RunOptions,
  Scan,
  Search,
  Session,
  SqlResult,
  SqlStatement,
  StoredRow,
  TableDefinition,
  UpdateWhere,
  WriteResult,
} from '@holdfast/core/backend'
import { bindSlots, compileDelete, compileUpdate, taken } from '@holdfast/sql'
import type { Statement } from '@holdfast/sql'
import type { Access } from './access.js'
import { withPlaceholders } from './codec/literals.js'
import { Gathering } from './gathering.js'
import { learnPartitionIndex } from './physical/partition-index.js'
import { Reading } from './reading.js'
import type { Queries } from './queries.js'
import { searchKeys } from './search/search.js'
import { runSql } from './sql-door.js'
import { changesRequest, sharedRequest } from './writes/changes.js'
import { layoutOf } from './writes/layout.js'
import { refusedBy } from './writes/refusal.js'
import type { Writing } from './writing.js'

export interface SessionParts {
  readonly queries: Queries
  readonly access: Access
  /** Where the user's own statements go, which may write. */
  readonly door: Access
  /** Absent where nothing may be written. */
  readonly writing: Writing | undefined
  /** To be called when tables may have changed in a way that is not known. */
  readonly schemaChanged: () => Promise<void>
  /** Whether rows that are inserted at once share a commit. */
  readonly shares?: boolean
}

/** The row of a write that inserts one, and nothing else. */
function singleInsert({
  changes,
  signal,
}: Changes): { readonly table: TableDefinition; readonly row: StoredRow } | undefined {
  const [change, second] = changes
  if (
    change?.kind !== 'insert' ||
    second !== undefined ||
    signal !== undefined ||
    change.onConflict !== 'error'
  )
    return undefined
  const [row, another] = change.rows
  return row === undefined || another !== undefined ? undefined : { table: change.table, row }
}

function insertion(table: TableDefinition, rows: readonly StoredRow[]): Changes {
  return { changes: [{ kind: 'insert', table, rows, onConflict: 'error' }] }
}

/** What the engine and a transaction have in common: reads through one access, writes through one writing. */
export class PostgresSession implements Session {
  protected readonly queries: Queries
  protected readonly access: Access
  readonly #reading: Reading
  readonly #door: Access
  readonly #writing: Writing | undefined
  readonly #schemaChanged: () => Promise<void>
  readonly #shares: boolean
  readonly #inserts = new WeakMap<TableDefinition, Gathering<StoredRow, WriteResult>>()

  constructor({ queries, access, door, writing, schemaChanged, shares = false }: SessionParts) {
    this.queries = queries
    this.access = access
    this.#reading = new Reading(queries, access)
    this.#door = door
    this.#writing = writing
    this.#schemaChanged = schemaChanged
    this.#shares = shares
  }

  get(table: TableDefinition, key: Key): MaybePromise<StoredRow | undefined> {
    return this.#reading.get(table, key)
  }

  scan(request: Scan): Batches {
    return this.#reading.scan(request)
  }

  run(relation: Relation, parameters: Parameters, options: RunOptions): Batches {
    return this.#reading.run(relation, parameters, options)
  }

  write(changes: Changes): Promise<WriteResult> {
    throwIfAborted(changes.signal)
    const single = singleInsert(changes)
    return single === undefined || !this.#shares
      ? this.#write(changes)
      : this.#shared(single.table).add(single.row)
  }

  #write(changes: Changes): Promise<WriteResult> {
    return this.writing.run(changesRequest(this.queries, changes))
  }

  /** Rows that are inserted at once share a commit. */
  #shared(table: TableDefinition): Gathering<StoredRow, WriteResult> {
    let inserts = this.#inserts.get(table)
    if (inserts === undefined) {
      const one = (row: StoredRow) => this.#write(insertion(table, [row]))
      const many = async (rows: readonly StoredRow[]) => {
        const request = sharedRequest(this.queries, insertion(table, rows))
        const { generated } = await this.writing.run(request)
        const keys = generated?.[0]
        return rows.map((_, index) =>
          keys === undefined ? { counts: [1] } : { counts: [1], generated: [[keys[index]!]] },
        )
      }
      this.#inserts.set(table, (inserts = new Gathering(one, many)))
    }
    return inserts
  }

  updateWhere(request: UpdateWhere, parameters: Parameters): Promise<number> {
    return this.#change(request.table, taken(compileUpdate(request, this.queries.schema.dialect)), parameters)
  }

  deleteWhere(request: DeleteWhere, parameters: Parameters): Promise<number> {
    return this.#change(request.table, taken(compileDelete(request, this.queries.schema.dialect)), parameters)
  }

  sql(statement: SqlStatement): Promise<SqlResult> {
    return runSql(statement, this.#door, this.#schemaChanged)
  }

  search(request: Search): Promise<readonly Key[]> {
    return searchKeys(request, this.queries.schema, this.access)
  }

  /** Where writes go; throws `READ_ONLY` where none do. */
  protected get writing(): Writing {
    if (this.#writing !== undefined) return this.#writing
    throw openToReadOnly()
  }

  #change(table: TableDefinition, statement: Statement, parameters: Parameters): Promise<number> {
    const step = {
      text: withPlaceholders(statement.sql),
      values: bindSlots<string | null>(statement.parameters, parameters),
      prepared: true,
    }
    return this.writing.run({
      work: async (unit) => (await unit.run([step], true))[0]!.count,
      explain: async (error, run) => {
        const found = this.queries.schema.find(table.name)
        if (found !== undefined) await learnPartitionIndex(error, found, run)
        const by = found && refusedBy(error, layoutOf(this.queries.schema.name, table, found))
        return by === undefined || by === 'key' ? undefined : uniqueViolation(table, by)
      },
    })
  }
}
