import { HoldfastError } from '@holdfast/core/backend'

/** Statements that change what a connection is in the middle of, or what it reaches: by their first word. */
const refused: Readonly<Record<string, string>> = {
  BEGIN: 'For transactions use transaction().',
  COMMIT: 'For transactions use transaction().',
  END: 'For transactions use transaction().',
  ROLLBACK: 'For transactions use transaction().',
  SAVEPOINT: 'For a transaction in a transaction call transaction() on its handle.',
  RELEASE: 'For a transaction in a transaction call transaction() on its handle.',
  ATTACH: 'Open the other file with a sqlite() of its own: queries can join tables of both.',
  DETACH: 'Other files are opened with a sqlite() of their own.',
}

/** Pragmas whose argument says what is asked for, or is stored in the file. Any other sets up one connection of several. */
const pragmasWithArgument: ReadonlySet<string> = new Set([
  'application_id',
  'foreign_key_check',
  'foreign_key_list',
  'incremental_vacuum',
  'index_info',
  'index_list',
  'index_xinfo',
  'integrity_check',
  'optimize',
  'quick_check',
  'table_info',
  'table_list',
  'table_xinfo',
  'user_version',
  'wal_checkpoint',
])

/**
 * @throws HoldfastError `UNSUPPORTED` for a statement that would change the state of a connection: SQLite itself tells
 * these apart only in part
 */
export function refuseConnectionStatements(sql: string): void {
  const next = tokensOf(sql)
  const keyword = next().toUpperCase()
  if (Object.hasOwn(refused, keyword)) throw connectionStatement(refused[keyword])
  if (keyword !== 'PRAGMA') return
  let name = next()
  let after = next()
  if (after === '.') {
    name = next()
    after = next()
  }
  const setting = unquoted(name).toLowerCase()
  if ((after === '=' || after === '(') && !pragmasWithArgument.has(setting)) throw connectionStatement()
}

export function connectionStatement(
  hint = 'For settings use the options of sqlite(), for transactions transaction().',
): HoldfastError {
  return new HoldfastError('UNSUPPORTED', `The statement would change the state of a connection. ${hint}`)
}

/** Gives the tokens of a statement one by one, then ''. White space, comments and empty statements before them do not count. */
function tokensOf(sql: string): () => string {
  const token = /(?:[\s;]|--[^\n]*|\/\*[^]*?(?:\*\/|$))*([\w$]+|"[^"]*"|'[^']*'|`[^`]*`|\[[^\]]*\]|[^])?/gy
  return () => token.exec(sql)?.[1] ?? ''
}

function unquoted(name: string): string {
  return /^["'`[]/.test(name) ? name.slice(1, -1) : name
}
