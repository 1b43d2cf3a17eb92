import type { Subject } from '@holdfast/core/conformance'
import { duckdb } from '@holdfast/duckdb'
import { file } from '@holdfast/file'
import { memory } from '@holdfast/memory'
import { postgres } from '@holdfast/postgres'
import { findServer } from '@holdfast/postgres-server'
import { sqlite } from '@holdfast/sqlite'

/** An engine on the ground. */
export interface Standing extends AsyncDisposable {
  readonly subject: Subject
}

/** Every engine that stands on the ground, each made in a folder of its own. */
export const engines: Readonly<Record<string, (folder: string) => Promise<Standing>>> = {
  memory: async () => embedded({ name: 'memory', backend: () => memory() }),
  sqlite: async (folder) => {
    const path = numbered(folder, 'sqlite.db')
    return embedded({ name: 'sqlite', backend: () => sqlite({ path: path() }) })
  },
  duckdb: async (folder) => {
    const path = numbered(folder, 'duckdb.db')
    return embedded({ name: 'duckdb', backend: () => duckdb({ path: path() }) })
  },
  file: async (folder) => {
    const path = numbered(folder, 'file')
    // So small a journal becomes segments while the round lasts.
    return embedded({ name: 'file', backend: () => file({ path: path(), journalSize: 16 * 1024 }) })
  },
  postgres: async () => {
    const server = await findServer()
    const backend = () => postgres({ url: server.url, schema: server.freshSchema() })
    return { subject: { name: 'postgres', backend }, [Symbol.asyncDispose]: () => server.stop() }
  },
}

function embedded(subject: Subject): Standing {
  return { subject, [Symbol.asyncDispose]: async () => undefined }
}

function numbered(folder: string, name: string): () => string {
  let files = 0
  return () => `${folder}/${(files += 1)}.${name}`
}
