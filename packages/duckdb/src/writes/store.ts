import { writeLayoutOf } from '@holdfast/core/backend'
import type {
  ChangeStore,
  Changes,
  Expression,
  Identity,
  IndexLayout,
  Key,
  Relation,
  StoredRow,
  TableDefinition,
} from '@holdfast/core/backend'
import { rowByKey } from '@holdfast/sql'
import type { Connection } from '../connection.js'
import { layoutOf } from '../layout.js'
import type { Queries } from '../queries.js'
import type { GeneratedKeys } from './generated-keys.js'

/** What `applyChanges` asks, answered by one connection, inside the transaction that the changes are part of. */
export class ConnectionStore implements ChangeStore {
  readonly #connection: Connection
  readonly #queries: Queries
  readonly #keys: GeneratedKeys
  /** The holders of unique values that were looked up beforehand. */
  readonly #holders = new Map<string, ReadonlyMap<Identity, Key | undefined>>()

  constructor(connection: Connection, queries: Queries, keys: GeneratedKeys) {
    this.#connection = connection
    this.#queries = queries
    this.#keys = keys
  }

  async get(table: TableDefinition, key: Key): Promise<StoredRow | undefined> {
    const query = this.#queries.query(rowByKey(table))
    const [row] = await this.#queries.all(this.#connection, query, key)
    return row
  }

  async getMany(table: TableDefinition, keys: readonly Key[]): Promise<readonly (StoredRow | undefined)[]> {
    if (keys.length === 1) return [await this.get(table, keys[0]!)]
    const names = table.columns.map(({ name }) => name)
    const lists = table.primaryKey.map((_, index) => keys.map((key) => key[index]!))
    const found = await this.#queries.all(this.#connection, this.#queries.byKeys(table, names), lists)
    const { identityOf, identityOfRow } = writeLayoutOf(table)
    const rows = new Map(found.map((row) => [identityOfRow(row), row]))
    return keys.map((key) => rows.get(identityOf(key)))
  }

  lastKey(table: TableDefinition): Promise<number | bigint | undefined> {
    return this.#keys.last(this.#connection, table)
  }

  async findUnique(
    table: TableDefinition,
    { name }: { readonly name: string },
    values: Key,
  ): Promise<Key | undefined> {
    const index = writeLayoutOf(table).uniqueIndexes.find(({ definition }) => definition.name === name)!
    const identity = index.identityOf(values)
    const holders = this.#holders.get(holdersName(table, index))
    if (holders?.has(identity) === true) return holders.get(identity)
    const found = await this.#findHolders(table, index, [values])
    return found.get(identity)
  }

  /** Looks up at once who holds the unique values that the changes are about. */
  async prefetch({ changes }: Changes): Promise<void> {
    for (const change of changes) {
      if (change.kind === 'delete') continue
      const { table } = change
      const rows = change.kind === 'insert' ? change.rows : change.patches.map(({ set }) => set)
      for (const index of writeLayoutOf(table).uniqueIndexes) {
        const wanted = new Map<Identity, Key>()
        for (const row of rows) {
          const values = index.valuesOf(row)
          if (values !== undefined) wanted.set(index.identityOf(values), values)
        }
        if (wanted.size < 2) continue
        const found = await this.#findHolders(table, index, [...wanted.values()])
        const known = this.#holders.get(holdersName(table, index)) ?? []
        const holders = [...wanted.keys()].map((identity) => [identity, found.get(identity)] as const)
        this.#holders.set(holdersName(table, index), new Map([...known, ...holders]))
      }
    }
  }

  async #findHolders(
    table: TableDefinition,
    index: IndexLayout,
    values: readonly Key[],
  ): Promise<Map<Identity, Key>> {
    const query = this.#queries.query(holdersRelation(table, index))
    const lists = index.definition.columns.map((_, position) => [
      ...new Set(values.map((row) => row[position]!)),
    ])
    const { keyOf } = writeLayoutOf(table)
    const holders = new Map<Identity, Key>()
    for (const row of await this.#queries.all(this.#connection, query, lists)) {
      holders.set(index.identityOf(index.valuesOf(row)!), keyOf(row))
    }
    return holders
  }
}

const holdersName = (table: TableDefinition, { definition }: IndexLayout) =>
  `${table.name}.${definition.name}`

const relations = new WeakMap<IndexLayout, Relation>()

/** Keys and indexed values of the rows whose value in each column of the index is in a list. */
function holdersRelation(table: TableDefinition, index: IndexLayout): Relation {
  let relation = relations.get(index)
  if (relation === undefined) relations.set(index, (relation = makeHoldersRelation(table, index)))
  return relation
}

function makeHoldersRelation(table: TableDefinition, { definition }: IndexLayout): Relation {
  const column = (name: string) => ({ kind: 'column', name }) as const
  const conditions = definition.columns.map((name, index): Expression => {
    const { type } = layoutOf(table).column(name)
    return {
      kind: 'call',
      function: 'in',
      arguments: [column(name), { kind: 'parameter', index, type, list: true }],
    }
  })
  const [only, ...more] = conditions
  const names = [...new Set([...table.primaryKey, ...definition.columns])]
  return {
    node: 'project',
    input: {
      node: 'filter',
      input: { node: 'scan', table, database: '' },
      condition: more.length === 0 ? only! : { kind: 'call', function: 'and', arguments: conditions },
    },
    columns: names.map((name) => ({ name, expression: column(name) })),
  }
}
