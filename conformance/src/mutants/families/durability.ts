import type { Change, Changes, Engine, Key, StoredRow, TableDefinition } from '@holdfast/core/backend'
import { declaring, lasting, plain } from '../bases.ts'
import type { Replacement } from '../bases.ts'
import { contents } from '../defects.ts'
import { mutant } from '../mutant.ts'
import type { Mutant, MutantFamily } from '../mutant.ts'

/** What an engine does to what it keeps when it is closed. */
function atClose(
  name: string,
  breaks: string,
  spoil: (engine: Engine, last: readonly Change[]) => Promise<void>,
): Mutant {
  return mutant(name, breaks, () =>
    lasting((engine) => {
      let last: readonly Change[] = []
      return {
        write: async (all: Changes) => {
          const result = await engine.write(all)
          last = all.changes
          return result
        },
        close: () => spoil(engine, last),
      } satisfies Replacement
    }),
  )
}

const keysOf = (table: TableDefinition, rows: readonly StoredRow[]): { readonly key: Key }[] =>
  rows.map((row) => ({ key: table.primaryKey.map((name) => row[name] ?? null) }))

async function remove(engine: Engine, table: TableDefinition, rows: readonly StoredRow[]): Promise<void> {
  await engine.write({ changes: [{ kind: 'delete', table, keys: keysOf(table, rows) }] })
}

/** Makes each table again from what `change` makes of it. */
async function remake(engine: Engine, change: (table: TableDefinition) => TableDefinition): Promise<void> {
  for (const table of [...(await engine.tables())]) {
    const rows = await contents(engine, table)
    await engine.dropTable(table.name)
    await engine.createTable(change(table))
    await engine.write({ changes: [{ kind: 'insert', table, rows, onConflict: 'error' }] })
  }
}

export const durability: MutantFamily = {
  family: 'durability',
  mutants: [
    atClose('loses the last write when it is closed', 'life/cycle', async (engine, last) => {
      for (const change of last) if (change.kind === 'insert') await remove(engine, change.table, change.rows)
    }),
    atClose('loses a part of the last write when it is closed', 'life/definitions', async (engine, last) => {
      for (const change of last)
        if (change.kind === 'insert' && change.rows.length > 1)
          await remove(engine, change.table, change.rows.slice(-1))
    }),
    atClose('forgets the tables when it is closed', 'life/cycle', async (engine) => {
      for (const { name } of [...(await engine.tables())]) await engine.dropTable(name)
    }),
    atClose('forgets the rows when it is closed', 'life/cycle', async (engine) => {
      for (const table of await engine.tables()) await remove(engine, table, await contents(engine, table))
    }),
    atClose('forgets which keys it gave out when it is closed', 'writes/given', (engine) =>
      remake(engine, (table) => table),
    ),
    atClose('forgets the indexes when it is closed', 'life/definitions', (engine) =>
      remake(engine, (table) => ({ ...table, indexes: [] })),
    ),
    atClose('forgets the columns that may be null when it is closed', 'life/definitions', (engine) =>
      remake(engine, (table) => ({
        ...table,
        columns: table.columns.map((column) => ({ ...column, nullable: false })),
      })),
    ),
    atClose('brings back the rows that were deleted last', 'life/cycle', async (engine, last) => {
      for (const change of last) {
        if (change.kind !== 'delete') continue
        const rows = change.keys.map(({ key }) => rowOf(change.table, key))
        await engine.write({ changes: [{ kind: 'insert', table: change.table, rows, onConflict: 'skip' }] })
      }
    }),
    atClose('takes back the last change of a row when it is closed', 'life/cycle', async (engine, last) => {
      for (const change of last) {
        if (change.kind !== 'patch') continue
        const patches = change.patches.map(({ key, set }) => ({
          key,
          set: Object.fromEntries(Object.keys(set).map((name) => [name, zeroOf(change.table, name)])),
        }))
        await engine.write({ changes: [{ ...change, patches }] })
      }
    }),
    mutant('says that it is durable and keeps nothing', 'life/cycle', () =>
      declaring(plain(), { durable: true }),
    ),
  ],
}

function rowOf(table: TableDefinition, key: Key): StoredRow {
  return Object.fromEntries(
    table.columns.map(({ name }) => {
      const place = table.primaryKey.indexOf(name)
      return [name, place === -1 ? zeroOf(table, name) : (key[place] ?? null)]
    }),
  )
}

function zeroOf(table: TableDefinition, name: string): StoredRow[string] {
  const column = table.columns.find((candidate) => candidate.name === name)!
  if (column.nullable) return null
  switch (column.type.name) {
    case 'boolean':
      return false
    case 'bigint':
    case 'decimal':
      return 0n
    case 'text':
      return ''
    default:
      return 0
  }
}
