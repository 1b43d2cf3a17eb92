import { openToReadOnly } from '@holdfast/core/backend'
import type {
  Batches,
  Changes,
  DeleteWhere,
  ExportFile,
  Key,
  Parameters,
  Relation,
  RunOptions,
  Scan,
  Session,
  SqlResult,
  SqlStatement,
  StoredRow,
  TableDefinition,
  UpdateWhere,
  WriteResult,
} from '@holdfast/core/backend'
import type { Access } from './access.js'
import { exportFile } from './files/export.js'
import type { Files } from './files/files.js'
import { Reading } from './reading.js'
import type { Queries } from './queries.js'
import { runSql } from './sql-door.js'
import type { Writing } from './writing.js'

export interface SessionParts {
  readonly queries: Queries
  readonly access: Access
  readonly files: Files
  /** Absent where nothing may be written. */
  readonly writing: Writing | undefined
}

/** What the engine and a transaction have in common: reads through one access, writes through one writing. */
export class DuckdbSession implements Session {
  protected readonly queries: Queries
  protected readonly access: Access
  protected readonly files: Files
  readonly #reading: Reading
  readonly #writing: Writing | undefined

  constructor({ queries, access, files, writing }: SessionParts) {
    this.queries = queries
    this.access = access
    this.files = files
    this.#reading = new Reading(queries, access, files)
    this.#writing = writing
  }

  get(table: TableDefinition, key: Key): Promise<StoredRow | undefined> {
    return this.#reading.get(table, key)
  }

  scan(request: Scan): Batches {
    return this.#reading.scan(request)
  }

  run(relation: Relation, parameters: Parameters, options: RunOptions): Batches {
    return this.#reading.run(relation, parameters, options)
  }

  async write(changes: Changes): Promise<WriteResult> {
    return this.writing.write(changes)
  }

  async updateWhere(request: UpdateWhere, parameters: Parameters): Promise<number> {
    return this.writing.updateWhere(request, parameters)
  }

  async deleteWhere(request: DeleteWhere, parameters: Parameters): Promise<number> {
    return this.writing.deleteWhere(request, parameters)
  }

  sql(statement: SqlStatement): Promise<SqlResult> {
    return runSql(statement, this.access, () => this.writing, this.queries)
  }

  exportFile(request: ExportFile): Promise<number> {
    return exportFile(request, this.queries, this.files, this.access)
  }

  /** How writes happen; throws `READ_ONLY` where none do. */
  protected get writing(): Writing {
    if (this.#writing !== undefined) return this.#writing
    throw openToReadOnly()
  }
}
