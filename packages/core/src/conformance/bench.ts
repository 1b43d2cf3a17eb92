import type { Backend } from '../backend/types.js'
import { open } from '../database/open.js'
import type { Database, OpenOptions, Verbs } from '../database/database-types.js'
import { tableFromDefinition } from '../schema/table.js'
import type { TableCase } from './generate/tables.js'
import { Tally } from './report/tally.js'
import { defaultQueries } from './settings.js'
import type { Subject } from './subject.js'
import { withinLimit } from './time-limit.js'
import { userRow } from './user-row.js'

const theShared = 'shared'

/** Where a property works: it opens databases of the subject, counts its cases, and is cleared up behind. */
export class Bench {
  readonly subject: Subject
  /** How many queries a case asks of its tables. */
  readonly queries: number
  readonly tally = new Tally()
  readonly #shared = new Map<string, Promise<Database>>()
  readonly #open = new Set<Database>()
  #backend: Backend | undefined

  constructor(subject: Subject, queries = defaultQueries) {
    this.subject = subject
    this.queries = queries
  }

  /** A database that lasts over many cases, each of which leaves it empty. */
  shared(): Promise<Database> {
    return this.sharedAs(theShared, () => this.open({}, (this.#backend = this.subject.backend())))
  }

  /** Closes the shared database and opens it again; undefined where nothing outlives `close`. */
  async reopenShared(): Promise<Database | undefined> {
    await this.close(await this.shared())
    this.#shared.delete(theShared)
    const backend = this.#backend && this.reopening(this.#backend)
    if (backend === undefined) return undefined
    this.#backend = backend
    return this.sharedAs(theShared, () => this.open({}, backend))
  }

  /** One of several such databases: opened the first time that its name is asked for. */
  sharedAs(name: string, start: () => Promise<Database>): Promise<Database> {
    let database = this.#shared.get(name)
    if (database === undefined) this.#shared.set(name, (database = start()))
    return database
  }

  /** Opens a database: a new and empty one unless a backend is given. */
  open(options: OpenOptions = {}, backend: Backend = this.subject.backend()): Promise<Database> {
    return this.opened(() => open(backend, options))
  }

  /** Remembers to close what is opened in another way. */
  async opened(start: () => Promise<Database>): Promise<Database> {
    const database = await withinLimit('open', start)
    this.#open.add(database)
    return database
  }

  /** The backend that opens the database of a closed one again; undefined where nothing outlives `close`. */
  reopening(backend: Backend): Backend | undefined {
    if (this.subject.reopen !== undefined) return this.subject.reopen(backend)
    return backend.capabilities.durable ? backend : undefined
  }

  /** Whether data outlives `close`. */
  get canReopen(): boolean {
    return this.reopening(this.subject.backend()) !== undefined
  }

  /** Closes a database that the property is done with. */
  async close(database: Database): Promise<void> {
    this.#open.delete(database)
    await withinLimit('close', () => database.close())
  }

  /** Closes everything. After a failure nobody is interested in what else goes wrong. */
  async clear(): Promise<void> {
    this.#shared.clear()
    for (const database of [...this.#open]) await this.close(database).catch(() => undefined)
  }
}

type NewTable = Pick<TableCase, 'definition' | 'rows'>

/** Creates the tables with their rows, does the work, and drops them again when it succeeded. */
export async function withTables<T>(
  database: Database,
  tables: readonly NewTable[],
  work: () => Promise<T>,
): Promise<T> {
  await createTables(database, tables)
  const result = await work()
  await inOneGo(database, tables, async (verbs, { definition: { name } }) => {
    await withinLimit('drop', () => verbs.drop(name))
  })
  return result
}

/** Creates tables and inserts their rows. */
export function createTables(database: Database, tables: readonly NewTable[]): Promise<void> {
  return inOneGo(database, tables, createTable)
}

/** Creates one table and inserts its rows. */
export async function createTable(verbs: Verbs, { definition, rows }: NewTable): Promise<void> {
  const table = tableFromDefinition(definition)
  await withinLimit('ensure', () => verbs.ensure(table))
  if (rows.length === 0) return
  await withinLimit('insert', () => verbs.table(table).insert(rows.map((row) => userRow(definition, row))))
}

/** One table by itself, several in one transaction where that may be: durable engines take most of their time to commit. */
async function inOneGo(
  database: Database,
  tables: readonly NewTable[],
  work: (verbs: Verbs, table: NewTable) => Promise<void>,
): Promise<void> {
  const workAll = async (verbs: Verbs): Promise<void> => {
    for (const table of tables) await work(verbs, table)
  }
  if (tables.length < 2 || !database.capabilities.transactionalSchema) return workAll(database)
  await database.transaction(workAll)
}
