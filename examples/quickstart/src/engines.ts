import type { Backend } from '@holdfast/core'
import { duckdb } from '@holdfast/duckdb'
import { file } from '@holdfast/file'
import { memory } from '@holdfast/memory'
import { postgres } from '@holdfast/postgres'
import { findServer, type Server } from '@holdfast/postgres-server'
import { sqlite } from '@holdfast/sqlite'
import { join } from 'node:path'

export interface Engine {
  readonly name: string
  readonly backend: Backend
}

/** The engines that are compared: the adapter line is all that differs between them. */
export function engines(folder: string, server: Server | undefined): readonly Engine[] {
  const embedded = [
    { name: 'memory', backend: memory() },
    { name: 'file', backend: file({ path: join(folder, 'quickstart') }) },
    { name: 'sqlite', backend: sqlite({ path: join(folder, 'quickstart.sqlite') }) },
    { name: 'duckdb', backend: duckdb({ path: join(folder, 'quickstart.duckdb') }) },
  ]
  if (server === undefined) return embedded
  return [
    ...embedded,
    { name: 'postgres', backend: postgres({ url: server.url, schema: server.freshSchema() }) },
  ]
}

/**
 * The PostgreSQL server that `DATABASE_URL` names, or one started from an npm package; the reason if none can be started.
 *
 * @throws Error when the server that `DATABASE_URL` names cannot be reached
 */
export async function serverOrReason(): Promise<{ readonly server?: Server; readonly reason?: string }> {
  try {
    return { server: await findServer() }
  } catch (error) {
    if (process.env['DATABASE_URL']) throw error
    return { reason: error instanceof Error ? error.message : String(error) }
  }
}
