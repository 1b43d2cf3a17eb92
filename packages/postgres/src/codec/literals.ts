/**
 * A text as a literal of SQL. Where it holds a backslash the literal says that backslashes are escapes, so that it means
 * the same whatever the session's settings are. Requires a text without NUL, as all texts are.
 */
export function quoteLiteral(text: string): string {
  const quoted = `'${text.replaceAll("'", "''")}'`
  return text.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted
}

const placeholder = /\0(\d+)\0/g

/** What stands for the parameter at a position (from 1) until the statement is written in one of its two forms. */
export function mark(position: number): string {
  return `\0${position}\0`
}

/** The statement with `$1` for its first parameter. */
export function withPlaceholders(sql: string): string {
  return sql.replaceAll(placeholder, (_, position: string) => `$${position}`)
}

/** The statement with literals for its parameters, where a protocol takes none. */
export function withLiterals(sql: string, values: readonly (string | null)[]): string {
  return sql.replaceAll(placeholder, (_, position: string) => {
    const value = values[Number(position) - 1]
    return value == null ? 'NULL' : quoteLiteral(value)
  })
}
