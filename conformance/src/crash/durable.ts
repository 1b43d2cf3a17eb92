import type { Backend } from '@holdfast/core'
import { duckdb } from '@holdfast/duckdb'
import { sqlite } from '@holdfast/sqlite'

/** Every engine that keeps its data itself when its process is killed, in a file. */
export const durableEngines: Readonly<Record<string, (path: string) => Backend>> = {
  sqlite: (path) => sqlite({ path }),
  duckdb: (path) => duckdb({ path }),
}
