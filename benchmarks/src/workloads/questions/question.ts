import type { Database, RunResult, Explanation } from '@holdfast/core'
import type { EngineName } from '../../contract/arm.ts'

/** The engines that are asked in SQL by their bare drivers. */
export type SqlEngine = Extract<EngineName, 'sqlite' | 'duckdb' | 'postgres'>

/** A question that is asked by the public API and, of a bare driver, in SQL: both answer the same rows in the same order. */
export interface Question {
  /** The step's name. */
  readonly name: string
  readonly title: string
  readonly holdfast: (database: Database) => Answering
  readonly sql: Readonly<Record<SqlEngine, string>>
  /** Significant digits of doubles that count; all unless stated. */
  readonly digits?: number
}

/** A query, whatever its rows. */
export interface Answering {
  run(): Promise<RunResult<object>>
  explain(): Promise<Explanation>
}

/** One text for all engines. */
export function everywhere(sql: string): Question['sql'] {
  return { sqlite: sql, duckdb: sql, postgres: sql }
}
