import type { Backend } from '@holdfast/core'
import type { Subject } from '@holdfast/core/conformance'
import { duckdb } from '@holdfast/duckdb'
import { file } from '@holdfast/file'
import { memory } from '@holdfast/memory'
import { postgres } from '@holdfast/postgres'
import { findServer } from '@holdfast/postgres-server'
import { sqlite } from '@holdfast/sqlite'

/** Where a database is, in words that another process understands. */
export type Address =
  | { readonly engine: 'memory' }
  | { readonly engine: 'file' | 'sqlite' | 'duckdb'; readonly path: string }
  | { readonly engine: 'postgres'; readonly url: string; readonly schema: string }

/** The backend of the database there. */
export function backendAt(address: Address): Backend {
  switch (address.engine) {
    case 'memory':
      return memory()
    case 'file':
      return file({ path: address.path })
    case 'sqlite':
      return sqlite({ path: address.path })
    case 'duckdb':
      return duckdb({ path: address.path, externalAccess: true })
    case 'postgres':
      return postgres({ url: address.url, schema: address.schema })
  }
}

/** An engine that is ready: gives the address of a new database each time. */
export interface Place extends AsyncDisposable {
  readonly next: () => Address
}

/** Every engine that is looked at, in the order of the table, each made ready in a folder of its own. */
export const places: Readonly<Record<string, (folder: string) => Promise<Place>>> = {
  memory: async () => embedded(() => ({ engine: 'memory' })),
  file: async (folder) => embedded((number) => ({ engine: 'file', path: `${folder}/${number}` })),
  sqlite: async (folder) => embedded((number) => ({ engine: 'sqlite', path: `${folder}/${number}.db` })),
  duckdb: async (folder) => embedded((number) => ({ engine: 'duckdb', path: `${folder}/${number}.duckdb` })),
  postgres: async () => {
    const server = await findServer()
    return {
      next: () => ({ engine: 'postgres', url: server.url, schema: server.freshSchema() }),
      [Symbol.asyncDispose]: () => server.stop(),
    }
  },
}

function embedded(addressOf: (number: number) => Address): Place {
  let made = 0
  return { next: () => addressOf((made += 1)), [Symbol.asyncDispose]: async () => undefined }
}

/** The engine as the conformance suite takes it. */
export function subjectOf(name: string, { next }: Place): Subject {
  return { name, backend: () => backendAt(next()) }
}
