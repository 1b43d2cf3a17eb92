import { HoldfastError } from '../backend/errors.js'

const written = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/

/** Columns that SQLite or PostgreSQL have in every table, and the one name that JavaScript objects cannot hold. */
const reservedColumns = new Set([
  'rowid',
  'oid',
  '_rowid_',
  'ctid',
  'xmin',
  'xmax',
  'cmin',
  'cmax',
  'tableoid',
  '__proto__',
])
const reservedPrefixes = ['sqlite_', 'holdfast_']

/** Why a name is refused, to be put after it; undefined when it is acceptable (WRITE-9). */
export function nameProblem(name: unknown): string | undefined {
  if (typeof name !== 'string') return 'is no text'
  if (!written.test(name)) {
    return 'is not acceptable: a name starts with a letter or _, goes on with letters, digits or _, and has at most 63 characters'
  }
  const folded = name.toLowerCase()
  if (reservedColumns.has(folded) || reservedPrefixes.some((prefix) => folded.startsWith(prefix))) {
    return 'is reserved by an engine: choose another'
  }
  return undefined
}

/**
 * Refuses names that are not acceptable on every engine (WRITE-9).
 *
 * @param what what the name is of, for the message: `table`, `column`, `index`, `check`
 * @throws HoldfastError `INVALID_ARGUMENT`
 */
export function checkName(what: string, name: unknown): asserts name is string {
  const problem = nameProblem(name)
  if (problem === undefined) return
  const shown = typeof name === 'string' ? ` ${JSON.stringify(name.slice(0, 80).toWellFormed())}` : ''
  throw new HoldfastError('INVALID_ARGUMENT', `the ${what} name${shown} ${problem}`)
}

/**
 * Refuses names of which two differ at most in ASCII case (WRITE-9).
 *
 * @throws HoldfastError `INVALID_ARGUMENT`
 */
export function checkDistinct(what: string, names: Iterable<string>): void {
  const seen = new Map<string, string>()
  for (const name of names) {
    const folded = name.toLowerCase()
    const earlier = seen.get(folded)
    if (earlier === name) throw new HoldfastError('INVALID_ARGUMENT', `the ${what} "${name}" is there twice`)
    if (earlier !== undefined) {
      throw new HoldfastError(
        'INVALID_ARGUMENT',
        `the ${what}s "${earlier}" and "${name}" differ only in case`,
      )
    }
    seen.set(folded, name)
  }
}
