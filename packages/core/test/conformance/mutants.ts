import { bufferedTransaction } from '../../src/backend/buffered-transaction.js'
import { HoldfastError } from '../../src/backend/errors.js'
import type { Backend, BeginOptions, Changes, Engine, Scan, WriteResult } from '../../src/backend/types.js'
import { wrapBackend } from '../../src/conformance/index.js'
import type { Call, Expression } from '../../src/expression/types.js'
import type { Relation, WindowColumn } from '../../src/relation/types.js'
import type { StoredRow, StoredValue, TableDefinition } from '../../src/schema/types.js'
import { plainBackend } from './plain-backend.js'
import { takingBackend } from './taking-backend.js'

/** A backend with one defect. */
export interface Mutant {
  /** The defect. */
  readonly name: string
  /** A property that it breaks, the simplest. */
  readonly breaks: string
  readonly backend: () => Backend
}

type Replacement = Partial<Record<keyof Engine, unknown>>

function broken(name: string, breaks: string, replace: (engine: Engine) => Replacement): Mutant {
  return { name, breaks, backend: () => wrapBackend(plainBackend(), replace) }
}

/** What is read differs from what was written. */
function reads(
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

function values(name: string, breaks: string, change: (value: StoredValue) => StoredValue): Mutant {
  return reads(name, breaks, (rows) =>
    rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([column, value]) => [column, change(value)])),
    ),
  )
}

function writes(name: string, breaks: string, write: (changes: Changes, engine: Engine) => unknown): Mutant {
  return broken(name, breaks, (engine) => ({ write: async (changes: Changes) => write(changes, engine) }))
}

/** An engine that takes whole queries and runs a changed one. */
function runs(name: string, breaks: string, change: (relation: Relation) => Relation): Mutant {
  return { name, breaks, backend: () => takingBackend((relation) => mapNodes(relation, change)) }
}

function mapNodes(relation: Relation, change: (relation: Relation) => Relation): Relation {
  if (relation.node === 'scan') return change(relation)
  if (relation.node === 'join') {
    return change({
      ...relation,
      left: mapNodes(relation.left, change),
      right: mapNodes(relation.right, change),
    })
  }
  return change({ ...relation, input: mapNodes(relation.input, change) })
}

function calls(name: string, breaks: string, change: (call: Call) => Expression): Mutant {
  return runs(name, breaks, (relation) => mapCalls(relation, change) as Relation)
}

/** Changes every call anywhere in a node, but not in its inputs, which were changed before. */
function mapCalls(value: unknown, change: (call: Call) => Expression): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return value
  if (Array.isArray(value)) return value.map((item) => mapCalls(item, change))
  const skipped = new Set(['input', 'left', 'right', 'table'])
  const entries = Object.entries(value).map(([key, member]: [string, unknown]) => [
    key,
    skipped.has(key) ? member : mapCalls(member, change),
  ])
  const copy = Object.fromEntries(entries) as object
  return 'kind' in copy && copy.kind === 'call' ? change(copy as Call) : copy
}

async function contents(engine: Engine, table: TableDefinition): Promise<StoredRow[]> {
  const columns = table.columns.map(({ name }) => name)
  return (await Array.fromAsync(engine.scan({ table, columns }))).flat()
}

function transactions(
  name: string,
  breaks: string,
  change: (transaction: ReturnType<typeof bufferedTransaction>) => object,
): Mutant {
  const capabilities = Object.freeze({
    ...plainBackend().capabilities,
    transactions: 'serializable' as const,
  })
  return {
    name,
    breaks,
    backend: () => ({
      ...wrapBackend({ ...plainBackend(), capabilities }, (engine) => ({
        begin: (options: BeginOptions) => {
          const transaction = bufferedTransaction(engine, options)
          const bound = Object.fromEntries(
            (['scan', 'get', 'write', 'commit', 'rollback', 'savepoint'] as const).map((method) => [
              method,
              (transaction[method] as (...inputs: unknown[]) => unknown).bind(transaction),
            ]),
          )
          return { ...bound, ...change(transaction) }
        },
      })),
      capabilities,
    }),
  }
}

const withoutFrame = ({ frame: _frame, ...column }: WindowColumn): WindowColumn => column

const swap =
  (from: Call['function'], to: Call['function']) =>
  (call: Call): Expression =>
    call.function === from ? { ...call, function: to } : call

/** One of each family that has bitten users of other libraries. */
export const mutants: readonly Mutant[] = [
  reads('loses the last row of a batch', 'types/boundaries', (rows) =>
    rows.length > 3 ? rows.slice(0, -1) : rows,
  ),
  reads('repeats a row', 'life/catalog', (rows) => [...rows, ...rows.slice(0, 1).map((row) => ({ ...row }))]),
  broken('ignores the keys of a scan', 'life/catalog', (engine) => ({
    scan: ({ keys: _keys, ...request }: Scan) => engine.scan(request),
  })),
  values('takes the empty text for null', 'types/boundaries', (value) => (value === '' ? null : value)),
  values('trims texts', 'types/boundaries', (value) => (typeof value === 'string' ? value.trimEnd() : value)),
  values('normalises texts', 'types/boundaries', (value) =>
    typeof value === 'string' ? value.normalize('NFC') : value,
  ),
  values('loses the end of an int64', 'types/boundaries', (value) =>
    typeof value === 'bigint' ? BigInt(Number(value)) : value,
  ),
  values('rounds numbers to 32 bits', 'types/boundaries', (value) =>
    typeof value === 'number' ? Math.fround(value) : value,
  ),
  values('drops seconds', 'types/boundaries', (value) =>
    typeof value === 'number' && Math.abs(value) > 1e11 ? value - (value % 1000) : value,
  ),
  values('gives numbers for booleans', 'types/boundaries', (value) =>
    typeof value === 'boolean' ? Number(value) : value,
  ),
  values('gives buffers for bytes', 'types/boundaries', (value) =>
    value instanceof Uint8Array ? Buffer.from(value).subarray(0, 8) : value,
  ),

  writes('lets the first of repeated keys win', 'writes/conflicts', ({ changes, ...rest }, engine) =>
    engine.write({
      ...rest,
      changes: changes.map((change) =>
        change.kind === 'insert' ? { ...change, rows: change.rows.toReversed() } : change,
      ),
    }),
  ),
  writes('takes replace for skip', 'writes/conflicts', ({ changes, ...rest }, engine) =>
    engine.write({
      ...rest,
      changes: changes.map((change) =>
        change.kind === 'insert' && change.onConflict === 'replace'
          ? { ...change, onConflict: 'skip' }
          : change,
      ),
    }),
  ),
  writes(
    'keeps what was written before an error',
    'writes/conflicts',
    async ({ changes, ...rest }, engine) => {
      const counts: number[] = []
      for (const change of changes) {
        if (change.kind !== 'insert')
          counts.push(...(await engine.write({ ...rest, changes: [change] })).counts)
        else
          for (const row of change.rows)
            await engine.write({ ...rest, changes: [{ ...change, rows: [row] }] })
      }
      return {
        counts: changes.map((change, index) =>
          change.kind === 'insert' ? change.rows.length : (counts[index] ?? 0),
        ),
      }
    },
  ),
  writes('swallows errors', 'writes/conflicts', async (changes, engine) => {
    try {
      return await engine.write(changes)
    } catch {
      return { counts: changes.changes.map(() => 0) } satisfies WriteResult
    }
  }),
  writes('counts one too many', 'writes/conflicts', async (changes, engine) => {
    const result = await engine.write(changes)
    return { ...result, counts: result.counts.map((count) => count + 1) }
  }),
  writes('loses the last row of a large batch', 'queries/streams', ({ changes, ...rest }, engine) =>
    engine.write({
      ...rest,
      changes: changes.map((change) =>
        change.kind === 'insert' && change.rows.length > 1000
          ? { ...change, rows: change.rows.slice(0, -1) }
          : change,
      ),
    }),
  ),
  writes('ignores expected versions', 'writes/given', ({ changes, ...rest }, engine) =>
    engine.write({
      ...rest,
      changes: changes.map((change) =>
        change.kind === 'patch'
          ? { ...change, patches: change.patches.map(({ key, set }) => ({ key, set })) }
          : change,
      ),
    }),
  ),
  writes('enforces no unique index', 'writes/conflicts', ({ changes, ...rest }, engine) =>
    engine.write({
      ...rest,
      changes: changes.map((change) => ({ ...change, table: { ...change.table, indexes: [] } })),
    }),
  ),
  writes('deletes everything when told to delete much', 'types/boundaries', async (changes, engine) => {
    const result = await engine.write(changes)
    for (const change of changes.changes) {
      if (change.kind !== 'delete' || change.keys.length < 3) continue
      const rows = await contents(engine, change.table)
      const keys = rows.map((row) => ({ key: change.table.primaryKey.map((name) => row[name] ?? null) }))
      await engine.write({ changes: [{ ...change, keys }] })
    }
    return result
  }),
  writes('names no code', 'writes/conflicts', async (changes, engine) => {
    try {
      return await engine.write(changes)
    } catch (error) {
      throw new Error('constraint failed', { cause: error })
    }
  }),
  writes('tells one refusal for another', 'writes/conflicts', async (changes, engine) => {
    try {
      return await engine.write(changes)
    } catch (error) {
      throw new HoldfastError('UNIQUE_VIOLATION', 'something is there already', {
        cause: error,
        table: 'items',
      })
    }
  }),
  broken('generates keys again after they were deleted', 'writes/given', (engine) => ({
    lastKey: async (table: TableDefinition) => {
      const rows = await contents(engine, table)
      return rows
        .map((row) => row[table.primaryKey[0] ?? ''] as number)
        .toSorted((left, right) => right - left)[0]
    },
    write: async (changes: Changes) => {
      const emptied = changes.changes.some(({ kind }) => kind === 'delete')
      const result = await engine.write(changes)
      const [change] = changes.changes
      if (emptied && change !== undefined && (await contents(engine, change.table)).length === 0) {
        await engine.dropTable(change.table.name)
        await engine.createTable(change.table)
      }
      return result
    },
  })),
  broken('drops nothing', 'life/catalog', () => ({ dropTable: () => undefined })),
  broken('forgets what may be null', 'life/catalog', (engine) => ({
    tables: async () =>
      (await engine.tables()).map((table) => ({
        ...table,
        columns: table.columns.map((column) => ({ ...column, nullable: false })),
      })),
  })),
  broken('shows no table', 'life/catalog', () => ({ tables: () => [] })),

  transactions('commits what was rolled back', 'transactions/laws', (transaction) => ({
    rollback: () => transaction.commit(),
  })),
  transactions('forgets what was committed', 'transactions/laws', (transaction) => ({
    commit: () => transaction.rollback(),
  })),
  transactions('does not see its own writes', 'transactions/laws', () => ({ get: () => undefined })),
  transactions('keeps what a savepoint undid', 'transactions/laws', (transaction) => ({
    savepoint: async () => {
      const savepoint = await transaction.savepoint()
      return { release: () => savepoint.release(), rollback: () => savepoint.release() }
    },
  })),

  runs('takes a filter and does nothing', 'facts/relations', (relation) =>
    relation.node === 'filter' ? relation.input : relation,
  ),
  runs('sorts nulls first', 'facts/relations', (relation) =>
    relation.node === 'sort'
      ? { ...relation, terms: relation.terms.map((term) => ({ ...term, nulls: 'first' })) }
      : relation,
  ),
  runs('sorts upwards only', 'facts/relations', (relation) =>
    relation.node === 'sort'
      ? { ...relation, terms: relation.terms.map((term) => ({ ...term, direction: 'ascending' })) }
      : relation,
  ),
  runs('sorts by the first term', 'facts/relations', (relation) =>
    relation.node === 'sort' ? { ...relation, terms: relation.terms.slice(0, 1) } : relation,
  ),
  runs('limits before it filters', 'facts/relations', (relation) =>
    relation.node === 'limit' && relation.input.node === 'sort' && relation.input.input.node === 'filter'
      ? {
          ...relation.input.input,
          input: { ...relation, input: { ...relation.input, input: relation.input.input.input } },
        }
      : relation,
  ),
  runs('knows no offset', 'facts/relations', (relation) =>
    relation.node === 'limit' ? { ...relation, offset: 0 } : relation,
  ),
  runs('joins inner only', 'facts/relations', (relation) =>
    relation.node === 'join' ? { ...relation, kind: 'inner' } : relation,
  ),
  runs('counts rows for values', 'facts/relations', (relation) =>
    relation.node === 'aggregate'
      ? {
          ...relation,
          aggregates: relation.aggregates.map((column) =>
            column.function === 'count' ? { name: column.name, function: 'count' } : column,
          ),
        }
      : relation,
  ),
  runs('counts values that are the same', 'facts/relations', (relation) =>
    relation.node === 'aggregate'
      ? {
          ...relation,
          aggregates: relation.aggregates.map((column) =>
            column.function === 'countDistinct' ? { ...column, function: 'count' } : column,
          ),
        }
      : relation,
  ),
  runs('ranks densely', 'facts/relations', (relation) =>
    relation.node === 'window'
      ? {
          ...relation,
          columns: relation.columns.map((column) =>
            column.function === 'rank' ? { ...column, function: 'denseRank' as const } : column,
          ),
        }
      : relation,
  ),
  runs('knows no frame', 'facts/relations', (relation) =>
    relation.node === 'window' ? { ...relation, columns: relation.columns.map(withoutFrame) } : relation,
  ),
  calls('takes isDistinctFrom for notEqual', 'facts/nulls', swap('isDistinctFrom', 'notEqual')),
  calls('takes startsWith for contains', 'facts/text', swap('startsWith', 'contains')),
  calls('takes less or equal for less', 'facts/text', swap('lessThan', 'lessOrEqual')),
  calls('folds case when it compares texts', 'facts/text', (call) =>
    call.function === 'contains'
      ? {
          ...call,
          arguments: call.arguments.map((part) => ({ kind: 'call', function: 'lower', arguments: [part] })),
        }
      : call,
  ),
  calls('takes unknown for false', 'facts/nulls', (call) =>
    call.function === 'not'
      ? {
          ...call,
          arguments: [
            {
              kind: 'call',
              function: 'coalesce',
              arguments: [...call.arguments, { kind: 'literal', type: { name: 'boolean' }, value: false }],
            },
          ],
        }
      : call,
  ),
]
