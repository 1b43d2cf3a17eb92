import type { Statistics, TableDefinition } from '@holdfast/core/backend'
import type { Access, Run } from './access.js'
import { qualified } from './catalog/names.js'
import { installedExtensions } from './extensions.js'
import type { ReplicaCounts } from './replica.js'
import type { PoolCounts } from './wire/pool.js'
import type { Fields } from './wire/step.js'

/** What `stats().engine` holds. */
export interface EngineStatistics {
  readonly version: string
  readonly schema: string
  readonly connections: PoolCounts
  /** What became of reads outside of transactions; undefined without a replica. */
  readonly replica: (ReplicaCounts & { readonly connections: PoolCounts }) | undefined
  /** The extensions of the database and their versions. */
  readonly extensions: Readonly<Record<string, string>>
  /**
   * By table: live and dead rows as PostgreSQL estimates them, the sizes of rows and of indexes in bytes, and how many
   * partitions it has: none if it is not partitioned.
   */
  readonly tables: Readonly<
    Record<
      string,
      {
        readonly liveRows: number
        readonly deadRows: number
        readonly dataBytes: number
        readonly indexBytes: number
        readonly partitions: number
      }
    >
  >
  /** The ten statements that take longest, by mean; undefined where `pg_stat_statements` is not there, or not allowed. */
  readonly slowestStatements: readonly SlowStatement[] | undefined
}

export interface SlowStatement {
  readonly sql: string
  readonly calls: number
  readonly meanMilliseconds: number
  readonly totalMilliseconds: number
  readonly maximumMilliseconds: number
}

/** Sizes of the database and its tables, with their indexes. */
export function readStatistics(
  access: Access,
  schema: string,
  definitions: readonly TableDefinition[],
  { connections, replica }: Pick<EngineStatistics, 'connections' | 'replica'>,
): Promise<Statistics> {
  return access.read(async (run) => {
    const counts = await countRows(run, schema, definitions)
    const [size, version] = await row(
      run,
      "SELECT pg_database_size(current_database()), current_setting('server_version')",
    )
    const sizes = await tableSizes(run, schema)
    const engine: EngineStatistics = {
      version: version!,
      schema,
      connections,
      replica,
      extensions: Object.fromEntries(
        [...(await installedExtensions(run))].map(([name, extension]) => [name, extension.version]),
      ),
      tables: Object.fromEntries([...sizes].map(([name, { sizeBytes: _, ...rest }]) => [name, rest])),
      slowestStatements: await slowestStatements(run),
    }
    return {
      sizeBytes: Number(size),
      tables: definitions.map(({ name }, index) => {
        const sizeBytes = sizes.get(name)?.sizeBytes
        return { name, rows: counts[index]!, ...(sizeBytes === undefined ? {} : { sizeBytes }) }
      }),
      engine: { ...engine },
    }
  })
}

async function countRows(
  run: Run,
  schema: string,
  tables: readonly TableDefinition[],
): Promise<readonly number[]> {
  const counts: number[] = []
  await run(
    tables.map(({ name }) => ({
      text: `SELECT count(*) FROM ${qualified(schema, name)}`,
      onRow: ([count]: Fields) => void counts.push(Number(count)),
    })),
  )
  return counts
}

interface TableSize {
  readonly sizeBytes: number
  readonly dataBytes: number
  readonly indexBytes: number
  readonly liveRows: number
  readonly deadRows: number
  readonly partitions: number
}

/** Of partitioned tables what their partitions come to. */
const sizesSql = `
  SELECT c.relname,
    sum(pg_total_relation_size(p.relid)), sum(pg_table_size(p.relid)), sum(pg_indexes_size(p.relid)),
    sum(coalesce(pg_stat_get_live_tuples(p.relid), 0)), sum(coalesce(pg_stat_get_dead_tuples(p.relid), 0)),
    count(*) FILTER (WHERE p.relid <> c.oid)
  FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
  CROSS JOIN LATERAL (
    SELECT relid FROM pg_partition_tree(c.oid) WHERE c.relkind = 'p'
    UNION ALL SELECT c.oid WHERE c.relkind = 'r'
  ) AS p(relid)
  WHERE s.nspname = $1 AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  GROUP BY c.relname`

async function tableSizes(run: Run, schema: string): Promise<ReadonlyMap<string, TableSize>> {
  const sizes = new Map<string, TableSize>()
  const take = ([name, ...numbers]: Fields) => {
    const [sizeBytes, dataBytes, indexBytes, liveRows, deadRows, partitions] = numbers.map(Number) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ]
    sizes.set(name!, { sizeBytes, dataBytes, indexBytes, liveRows, deadRows, partitions })
  }
  await run([{ text: sizesSql, values: [schema], onRow: take }])
  return sizes
}

async function slowestStatements(run: Run): Promise<readonly SlowStatement[] | undefined> {
  const [where] = await row(
    run,
    "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'",
  )
  if (where == null) return undefined
  const view = qualified(where, 'pg_stat_statements')
  // The view is also there without what fills it, and then fails.
  const usable =
    "SELECT current_setting('shared_preload_libraries', true) LIKE '%pg_stat_statements%' AND has_table_privilege($1, 'SELECT')"
  const [isUsable] = await row(run, usable, [view])
  if (isUsable !== 't') return undefined
  const statements: SlowStatement[] = []
  await run([
    {
      text: `SELECT query, calls, mean_exec_time, total_exec_time, max_exec_time FROM ${view}
        WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) ORDER BY mean_exec_time DESC LIMIT 10`,
      onRow: ([sql, calls, mean, total, maximum]) =>
        void statements.push({
          sql: sql ?? '',
          calls: Number(calls),
          meanMilliseconds: Number(mean),
          totalMilliseconds: Number(total),
          maximumMilliseconds: Number(maximum),
        }),
    },
  ])
  return statements
}

async function row(run: Run, text: string, values: readonly string[] = []): Promise<Fields> {
  let found: Fields = []
  await run([{ text, values, onRow: (fields) => (found = fields) }])
  return found
}
