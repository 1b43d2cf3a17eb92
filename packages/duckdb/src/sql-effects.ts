import { StatementType } from '@duckdb/node-api'
import { HoldfastError } from '@holdfast/core/backend'
import type { Connection } from './connection.js'

/** What a statement of the user's own does to the database, as far as we must know. */
export type Change = 'write' | 'schema'
export type Effect = 'read' | Change

const effects: Partial<Record<StatementType, Effect>> = {
  [StatementType.SELECT]: 'read',
  [StatementType.INSERT]: 'write',
  [StatementType.UPDATE]: 'write',
  [StatementType.DELETE]: 'write',
  [StatementType.MERGE_INTO]: 'write',
  [StatementType.COPY]: 'write',
  [StatementType.CREATE]: 'schema',
  [StatementType.ALTER]: 'schema',
  [StatementType.DROP]: 'schema',
  [StatementType.ANALYZE]: 'write',
  [StatementType.VACUUM]: 'write',
  [StatementType.CALL]: 'write',
}

/**
 * What a statement does.
 *
 * @throws HoldfastError `UNSUPPORTED` for one that would change the state of a connection, of which there are several
 */
export async function effectOf(connection: Connection, type: StatementType, sql: string): Promise<Effect> {
  if (type === StatementType.EXPLAIN) return effectOfExplain(connection, sql)
  if (type === StatementType.CREATE && isTemporary(sql)) refuse()
  return effects[type] ?? refuse()
}

/** EXPLAIN ANALYZE runs the statement, whatever it is. */
async function effectOfExplain(connection: Connection, sql: string): Promise<Effect> {
  const measured = measuredBy(sql)
  if (measured === undefined) return 'read'
  const statement = await connection.driver.prepare(measured).catch(refuse)
  try {
    return await effectOf(connection, statement.statementType, measured)
  } finally {
    statement.destroySync()
  }
}

/** The statement that an EXPLAIN runs; undefined if it only shows what it would do. */
function measuredBy(sql: string): string | undefined {
  const token = tokens()
  const next = () => token.exec(sql)?.[1]?.toUpperCase()
  next()
  let option = next()
  if (option === 'ANALYZE') return sql.slice(token.lastIndex)
  if (option !== '(') return undefined
  let analyzes = false
  for (; option !== undefined && option !== ')'; option = next()) analyzes ||= option === 'ANALYZE'
  return analyzes ? sql.slice(token.lastIndex) : undefined
}

/** Whether it creates something that only one connection would see, in the place of what all see. */
function isTemporary(sql: string): boolean {
  const token = tokens()
  const next = () => token.exec(sql)?.[1]?.toUpperCase()
  next()
  let word = next()
  if (word === 'OR') {
    next()
    word = next()
  }
  return word === 'TEMP' || word === 'TEMPORARY'
}

/** Finds one token of a statement after another. White space, comments and empty statements before it do not count. */
function tokens(): RegExp {
  return /(?:[\s;]|--[^\n]*|\/\*[^]*?(?:\*\/|$))*([\w$]+|"[^"]*"|'[^']*'|[^])?/gy
}

function refuse(): never {
  throw new HoldfastError(
    'UNSUPPORTED',
    'The statement would change the state of one connection of several, or attach another database. For transactions use transaction(); for settings the options of duckdb().',
  )
}
