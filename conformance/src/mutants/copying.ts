import { Sequence } from '@holdfast/core/backend'
import type {
  Backend,
  BeginOptions,
  Change,
  Changes,
  Engine,
  EngineTransaction,
  OpenContext,
  Scan,
  TableDefinition,
} from '@holdfast/core/backend'
import { wrapBackend } from '@holdfast/core/conformance'
import { declaring, plain } from './bases.ts'
import { contents } from './defects.ts'

/** What a transaction over a copy is made of. */
export interface Copying {
  /** The engine itself. */
  readonly engine: Engine
  /** Another one, with the contents of the first as they were at the beginning. */
  readonly copy: Engine
  /** What was written to the copy so far. */
  readonly changes: Change[]
}

const silent: OpenContext = { report: () => undefined, reporting: () => false }

async function copyOf(engine: Engine): Promise<Engine> {
  const copy = await plain().open(silent)
  for (const table of await engine.tables()) {
    await copy.createTable(table)
    const rows = await contents(engine, table)
    const last = await engine.lastKey?.(table)
    await copy.write({
      changes: [{ kind: 'insert', table, rows, onConflict: 'error' }],
      ...(last !== undefined && { lastKeys: [{ table, key: last }] }),
    })
  }
  return copy
}

/** Makes the contents of the engine those of another. */
export async function restore(engine: Engine, from: Engine): Promise<void> {
  for (const table of await engine.tables()) await restoreTable(engine, table, from)
}

async function restoreTable(engine: Engine, table: TableDefinition, from: Engine): Promise<void> {
  const keyOf = (row: Record<string, unknown>) => ({
    key: table.primaryKey.map((name) => (row[name] ?? null) as never),
  })
  const keys = (await contents(engine, table)).map(keyOf)
  const rows = await contents(from, table)
  const last = await from.lastKey?.(table)
  await engine.write({
    changes: [
      { kind: 'delete', table, keys },
      { kind: 'insert', table, rows, onConflict: 'error' },
    ],
    ...(last !== undefined && { lastKeys: [{ table, key: last }] }),
  })
}

/**
 * An engine with transactions of its own, one at a time: each works on a copy of all tables, which takes their place when
 * it commits. Slow, and right until a part of it is replaced.
 */
export function copying(
  replace: (parts: Copying, transaction: EngineTransaction) => Partial<EngineTransaction> = () => ({}),
  {
    exclusive = true,
    readsWait = false,
  }: { readonly exclusive?: boolean; readonly readsWait?: boolean } = {},
): Backend {
  const backend = declaring(plain(), { transactions: 'serializable' })
  return {
    ...wrapBackend(backend, (engine) => {
      let last: Promise<unknown> = Promise.resolve()
      // No copy is made while another takes the place of the tables.
      const still = new Sequence()
      const write = (changes: Changes) => {
        const result = last.then(() => engine.write(changes))
        if (exclusive) last = result.catch(() => undefined)
        return result
      }
      const begin = async ({ readOnly }: BeginOptions): Promise<EngineTransaction> => {
        const before = last
        const end = Promise.withResolvers<void>()
        if (exclusive && !readOnly) last = before.then(() => end.promise)
        if (!readOnly) await before
        const parts: Copying = { engine, copy: await still.run(() => copyOf(engine)), changes: [] }
        const transaction = transactionOn(parts, still, end.resolve)
        return { ...transaction, ...replace(parts, transaction) }
      }
      const scan = async function* (request: Scan) {
        if (readsWait) await last
        yield* engine.scan(request)
      }
      return { write, begin, scan }
    }),
    capabilities: backend.capabilities,
  }
}

function transactionOn(
  { engine, copy, changes }: Copying,
  still: Sequence,
  ended: () => void,
): EngineTransaction {
  return {
    scan: (request: Scan) => copy.scan(request),
    write: async (all) => {
      const result = await copy.write(all)
      changes.push(...all.changes)
      return result
    },
    commit: async () => {
      if (changes.length > 0) await still.run(() => restore(engine, copy))
      ended()
    },
    rollback: async () => ended(),
    savepoint: async () => {
      const before = await copyOf(copy)
      const count = changes.length
      return {
        release: () => undefined,
        rollback: async () => {
          await restore(copy, before)
          changes.length = count
        },
      }
    },
  }
}
