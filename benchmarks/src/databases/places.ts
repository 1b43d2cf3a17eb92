import { join } from 'node:path'
import type { Setting } from '../contract/arm.ts'

/** Where arms on the same engine have their databases. */
export const sqlitePath = ({ folder }: Setting) => join(folder, 'benchmark.db')
export const duckdbPath = ({ folder }: Setting) => join(folder, 'benchmark.duckdb')

export function serverOf({ server }: Setting): NonNullable<Setting['server']> {
  if (server === undefined) throw new Error('The arm needs the address of a PostgreSQL server.')
  return server
}
