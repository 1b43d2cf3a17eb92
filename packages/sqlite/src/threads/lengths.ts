import { quoteIdentifier as quote } from '@holdfast/sql'
import type { Connection } from '../connection.js'
import type { ThreadRules } from './rules.js'

/** A statement of which it is to be known how long it takes. */
export interface Measured {
  readonly sql: string
  /** The tables that it reads or writes, where they are known. */
  readonly tables?: readonly string[]
}

/** Statements whose lengths are kept in mind by their texts. */
const statementsKept = 500

/** The same object for the same text, where a statement is compiled anew each time. */
export class KnownStatements {
  readonly #known = new Map<string, Measured>()

  get(statement: Measured): Measured {
    const known = this.#known.get(statement.sql)
    if (known !== undefined) return known
    if (this.#known.size >= statementsKept) this.#known.clear()
    this.#known.set(statement.sql, statement)
    return statement
  }
}

/**
 * How long a statement took, the last runs counting most. One that took somewhat longer than the others may have been
 * interrupted; one that took much longer has not.
 */
class Length {
  milliseconds: number

  constructor(milliseconds: number) {
    this.milliseconds = milliseconds
  }

  took(milliseconds: number, certain: number): void {
    this.milliseconds = milliseconds >= certain ? milliseconds : (this.milliseconds + milliseconds) / 2
  }
}

/** The length of what reads a few rows by key, whoever they are. */
const bounded = new Length(0)

/** Milliseconds for which the size of the file counts as known. */
const freshness = 50

/**
 * Says of statements whether they take long: by SQLite's plan the first time, and by the time that they took from then on.
 * Tells nothing but a guess: a wrong one costs a hold of the event loop, or a round trip.
 */
export class Lengths {
  readonly #rules: ThreadRules
  readonly #known = new WeakMap<Measured, Length>()
  #smallUntil = Number.NEGATIVE_INFINITY

  constructor(rules: ThreadRules) {
    this.#rules = rules
  }

  /**
   * @param connection where the plan is asked for, if it is needed
   * @param values what the statement is about to be run with
   */
  isLong(connection: () => Connection, statement: Measured, values: () => readonly unknown[]): boolean {
    const length = this.#known.get(statement) ?? this.#guess(connection, statement, values)
    return length !== undefined && length.milliseconds >= this.#rules.milliseconds
  }

  /** Whether nothing of the file takes long. */
  isSmall(connection: Connection): boolean {
    const now = performance.now()
    if (now < this.#smallUntil) return true
    const pages = connection.prepare('SELECT page_count FROM pragma_page_count').pluck().get() as number
    if (pages >= this.#rules.pages) return false
    this.#smallUntil = now + freshness
    return true
  }

  /** Whether a table has more rows than are scanned in no time. */
  isLarge(connection: Connection, table: string): boolean {
    const sql = `SELECT 1 FROM ${quote(table)} LIMIT 1 OFFSET ${this.#rules.scannedRows}`
    try {
      return connection.prepare(sql).get() !== undefined
    } catch {
      // It fails by itself, where its failure has a meaning.
      return false
    }
  }

  /** Runs a statement here, and keeps in mind how long it took. */
  measure<Result>(statement: Measured, run: () => Result): Result {
    const length = this.#known.get(statement)
    if (length === bounded) return run()
    const start = performance.now()
    const result = run()
    // Nothing is known of what waits.
    if (result instanceof Promise) return result
    this.#took(statement, length, performance.now() - start)
    return result
  }

  /** To be told what a statement took in a thread. */
  took(statement: Measured, milliseconds: number): void {
    this.#took(statement, this.#known.get(statement), milliseconds)
  }

  #took(statement: Measured, length: Length | undefined, milliseconds: number): void {
    const limit = this.#rules.milliseconds
    if (length !== undefined) length.took(milliseconds, 4 * limit)
    else if (milliseconds >= limit) this.#known.set(statement, new Length(milliseconds))
  }

  #guess(
    connection: () => Connection,
    statement: Measured,
    values: () => readonly unknown[],
  ): Length | undefined {
    try {
      if (this.isSmall(connection())) return undefined
      const length = this.#expected(connection(), statement, values())
      this.#known.set(statement, length)
      return length
    } catch {
      // It fails by itself, where its failure has a meaning.
      return undefined
    }
  }

  #expected(connection: Connection, { sql, tables }: Measured, values: readonly unknown[]): Length {
    const plan = planOf(connection, sql, values)
    if (plan.every(readsFewRows)) return bounded
    const scans = plan.some((detail) => detail.startsWith('SCAN') && !readsFewRows(detail))
    const isLimited = plan.length === 1 && limited.test(sql) && !sql.includes(' WHERE ')
    const isLarge = () => tables === undefined || tables.some((table) => this.isLarge(connection, table))
    const isLong = scans && !isLimited && isLarge()
    return new Length(isLong ? this.#rules.milliseconds : 0)
  }
}

function planOf(connection: Connection, sql: string, values: readonly unknown[]): readonly string[] {
  const rows = connection.database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values)
  return (rows as { readonly detail: string }[]).map(({ detail }) => detail)
}

/** A row by its number or its whole key, and values that come with the statement. */
const fewRows = [
  /^SEARCH .+ USING INTEGER PRIMARY KEY \(rowid=\?\)$/,
  /^SCAN (json_each|\d+ CONSTANT)/,
  /^SCAN CONSTANT ROW/,
  /^LIST SUBQUERY/,
]

const limited = / LIMIT \?( OFFSET \?)?$/

function readsFewRows(detail: string): boolean {
  return fewRows.some((form) => form.test(detail))
}
