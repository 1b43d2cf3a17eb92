import type {
  Change,
  Changes,
  ColumnDefinition,
  Engine,
  InsertChange,
  Parameters,
  Relation,
  Scan,
  StoredRow,
  StoredValue,
  TableDefinition,
  WriteResult,
} from '@holdfast/core/backend'
import { wrapBackend } from '@holdfast/core/conformance'
import { plain, scanning, taking } from './bases.ts'
import type { Replacement } from './bases.ts'
import { mapNodes } from './relations.ts'
import { mutant } from './mutant.ts'
import type { Mutant } from './mutant.ts'

/** Ways to spoil an engine, each a mutant from a line or two. */

/** The least engine with other methods. */
export function broken(name: string, breaks: string, replace: (engine: Engine) => Replacement): Mutant {
  return mutant(name, breaks, () => wrapBackend(plain(), replace))
}

/** An engine that scans in order and has transactions of its own, with other methods. */
export function scans(name: string, breaks: string, replace: (engine: Engine) => Replacement): Mutant {
  return mutant(name, breaks, () => scanning(replace))
}

/** What is read differs from what was written. */
export function reads(
  name: string,
  breaks: string,
  change: (rows: StoredRow[], request: Scan) => StoredRow[],
): Mutant {
  return broken(name, breaks, (engine) => ({
    scan: async function* (request: Scan) {
      for await (const batch of engine.scan(request)) {
        const changed = change(batch, request)
        if (changed.length > 0) yield changed
      }
    },
  }))
}

/** Every value that is read is another. */
export function values(
  name: string,
  breaks: string,
  change: (value: StoredValue, column: ColumnDefinition) => StoredValue,
): Mutant {
  return reads(name, breaks, (rows, { table }) => {
    const columns = new Map(table.columns.map((column) => [column.name, column]))
    return rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([column, value]) => [column, change(value, columns.get(column)!)]),
      ),
    )
  })
}

/** Writes go by another way. */
export function writes(
  name: string,
  breaks: string,
  write: (changes: Changes, engine: Engine) => unknown,
): Mutant {
  return broken(name, breaks, (engine) => ({ write: async (changes: Changes) => write(changes, engine) }))
}

/** What is written is something else. */
export function changes(name: string, breaks: string, change: (change: Change) => Change): Mutant {
  return writes(name, breaks, (all, engine) => engine.write({ ...all, changes: all.changes.map(change) }))
}

/** Inserts are others. */
export function inserts(name: string, breaks: string, change: (insert: InsertChange) => Change): Mutant {
  return changes(name, breaks, (one) => (one.kind === 'insert' ? change(one) : one))
}

/** The result of a write is another. */
export function results(
  name: string,
  breaks: string,
  change: (result: WriteResult, changes: Changes) => WriteResult,
): Mutant {
  return writes(name, breaks, async (all, engine) => change(await engine.write(all), all))
}

/** The error of a refused write is another, or none. */
export function refusals(
  name: string,
  breaks: string,
  refuse: (error: unknown, changes: Changes) => WriteResult,
): Mutant {
  return writes(name, breaks, async (all, engine) => {
    try {
      return await engine.write(all)
    } catch (error) {
      return refuse(error, all)
    }
  })
}

/** An engine that takes whole queries and runs changed ones. */
export function runs(name: string, breaks: string, change: (relation: Relation) => Relation): Mutant {
  return mutant(name, breaks, () =>
    taking((_engine, run) => ({
      run: (relation: Relation, parameters: Parameters) => run(mapNodes(relation, change), parameters),
    })),
  )
}

/** An engine that takes whole queries and changes their answers. */
export function answers(
  name: string,
  breaks: string,
  change: (rows: StoredRow[], relation: Relation) => StoredRow[],
): Mutant {
  return mutant(name, breaks, () =>
    taking((_engine, run) => ({
      run: async function* (relation: Relation, parameters: Parameters) {
        const rows = (await Array.fromAsync(run(relation, parameters))).flat()
        const changed = change(rows, relation)
        if (changed.length > 0) yield changed
      },
    })),
  )
}

/** All rows of a table. */
export async function contents(engine: Pick<Engine, 'scan'>, table: TableDefinition): Promise<StoredRow[]> {
  const columns = table.columns.map(({ name }) => name)
  return (await Array.fromAsync(engine.scan({ table, columns }))).flat()
}

/** The tables are shown as others. */
export function shows(
  name: string,
  breaks: string,
  change: (table: TableDefinition) => TableDefinition,
): Mutant {
  return broken(name, breaks, (engine) => ({ tables: async () => (await engine.tables()).map(change) }))
}

/** The columns of the tables are shown as others. */
export function showsColumns(
  name: string,
  breaks: string,
  change: (column: ColumnDefinition) => ColumnDefinition,
): Mutant {
  return shows(name, breaks, (table) => ({ ...table, columns: table.columns.map(change) }))
}
