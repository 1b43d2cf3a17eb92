import type { TypeName } from '@holdfast/core/backend'
import { raw, refuse, sql } from '@holdfast/sql'
import type { Fragment, RenderFunction } from '@holdfast/sql'
import { fitting, integer as safe } from './ranges.js'

type Path = readonly (string | number)[]

/** Names that DuckDB's path language can write between quotes; it has no escape, and `*` is a wildcard even there. */
const writable = /^[^"*\\]+$/

/** The steps that one path can take: as many as possible, or a single name that no such path can write. */
function segments(path: Path): readonly Path[] {
  const found: (string | number)[][] = []
  let open: (string | number)[] | undefined
  for (const step of path) {
    const plain = typeof step === 'number' || writable.test(step)
    if (plain && open !== undefined) open.push(step)
    else found.push([step])
    open = plain ? found.at(-1) : undefined
  }
  return found
}

/** Larger ones wrap around in DuckDB's reading of a path. */
const greatestIndex = 2 ** 31 - 1

function pathText(segment: Path): string {
  const [first] = segment
  // A JSON pointer takes every name literally. An array would take digits as an index, but those are written the other way.
  if (typeof first === 'string' && !writable.test(first)) {
    return `/${first.replaceAll('~', '~0').replaceAll('/', '~1')}`
  }
  return segment.reduce<string>((text, step) => {
    if (typeof step === 'string') return `${text}."${step}"`
    return step <= greatestIndex ? `${text}[${step}]` : refuse('an index of a JSON path is too large')
  }, '$')
}

const quoted = (text: string) => raw(`'${text.replaceAll("'", "''")}'`)

type RenderRead = (document: Fragment, path: Fragment) => Fragment

/** What is of certain types; IN with five of them is a join for DuckDB 1.5, by which it fails above a DISTINCT in a join. */
const ofType = (...types: readonly string[]) => {
  const names = raw(types.map((type) => `'${type}'`).join(', '))
  return (document: Fragment, path: Fragment, read: (text: Fragment) => Fragment): Fragment =>
    sql`CASE WHEN list_contains([${names}], json_type(${document}, ${path})) THEN ${read(sql`json_extract_string(${document}, ${path})`)} END`
}

const string = ofType('VARCHAR')
const flag = ofType('BOOLEAN')
const integer = ofType('UBIGINT', 'BIGINT')
const number = ofType('UBIGINT', 'BIGINT', 'HUGEINT', 'UHUGEINT', 'DOUBLE')

/**
 * A number's text. In a condition DuckDB 1.5 reads what a coalesce of a constant is bound to give without asking the CASE
 * around it for the type of the JSON: it must not fail for what is no number.
 */
const numeric = (text: Fragment, type: 'DOUBLE' | 'HUGEINT') => sql`TRY_CAST(${text} AS ${raw(type)})`

/** A part as json is not here: DuckDB would write its numbers in other digits than canonical JSON has. */
const reads: Readonly<Partial<Record<TypeName, RenderRead>>> = {
  text: (document, path) => string(document, path, (text) => text),
  boolean: (document, path) => flag(document, path, (text) => sql`${text} = 'true'`),
  double: (document, path) => number(document, path, (text) => numeric(text, 'DOUBLE')),
  // Canonical JSON writes a number as an integer if it is one; from 1e21 on it does not, and those are not safe.
  integer: (document, path) => integer(document, path, (text) => fitting(numeric(text, 'HUGEINT'), safe)),
}

export const jsonPath: RenderFunction = ([document], { options }) => {
  const read = reads[options.type!.name] ?? refuse(`no JSON path to ${options.type!.name}`)
  const steps = segments(options.path!)
  const last = steps.at(-1) ?? []
  const inner = steps
    .slice(0, -1)
    .reduce((value, segment) => sql`json_extract(${value}, ${quoted(pathText(segment))})`, document!.sql)
  return read(inner, quoted(pathText(last)))
}
