import { raw, refuse, sql } from '@holdfast/sql'
import type { Fragment, RenderFunction } from '@holdfast/sql'
import type { TypeName } from '@holdfast/core/backend'

type Path = readonly (string | number)[]

/** Larger ones wrap around in SQLite's reading of a path. */
const greatestIndex = 2 ** 31 - 1

/** A path as SQLite writes it, in a string literal. Keys in JSON's own quotes are taken literally. */
function pathText(path: Path): Fragment {
  const steps = path.map((step) => {
    if (typeof step === 'string') return `.${JSON.stringify(step)}`
    return step <= greatestIndex ? `[${step}]` : refuse('an index of a JSON path is too large')
  })
  return raw(`'$${steps.join('').replaceAll("'", "''")}'`)
}

type RenderRead = (document: Fragment, path: Fragment) => Fragment

const ofType =
  (...types: readonly string[]) =>
  (document: Fragment, path: Fragment): Fragment => {
    const names = raw(types.map((type) => `'${type}'`).join(', '))
    return sql`CASE WHEN json_type(${document}, ${path}) IN (${names}) THEN json_extract(${document}, ${path}) END`
  }

const number = ofType('integer', 'real')

const reads: Readonly<Partial<Record<TypeName, RenderRead>>> = {
  text: ofType('text'),
  boolean: ofType('true', 'false'),
  double: (document, path) => sql`CAST(${number(document, path)} AS REAL)`,
  // Canonical JSON writes a number as an integer if it is one.
  integer: ofType('integer'),
  json: (document, path) => sql`nullif(${document} -> ${path}, 'null')`,
}

export const jsonPath: RenderFunction = ([document], { options }) => {
  const type = options.type!
  const read = reads[type.name] ?? refuse(`no JSON path to ${type.name}`)
  return read(document!.sql, pathText(options.path!))
}
