import { raw, refuse, sql } from '@holdfast/sql'
import type { Fragment, RenderFunction } from '@holdfast/sql'
import type { TypeName } from '@holdfast/core/backend'
import { quoteLiteral } from '../codec/literals.js'

type Path = readonly (string | number)[]

/** The greatest int4: what PostgreSQL counts items by. */
const greatestIndex = 2 ** 31 - 1

/**
 * The value at a path. Each step is of a type: a text finds members of objects only, a number items of arrays only. A
 * missing one is null, and so is what follows.
 */
function valueAt(document: Fragment, path: Path): Fragment {
  return path.reduce((value: Fragment, step) => sql`(${value} -> ${stepText(step)})`, document)
}

function stepText(step: string | number): Fragment {
  if (typeof step === 'number') {
    return step <= greatestIndex ? raw(String(step)) : refuse('an index of a JSON path is too large')
  }
  return step.includes('\0') ? refuse('no document has such a key') : raw(`${quoteLiteral(step)}::text`)
}

type RenderRead = (value: Fragment) => Fragment

/** The text of a scalar. */
const scalar = (value: Fragment) => sql`(${value} #>> '{}') COLLATE "C"`

const ofType =
  (type: string, read: RenderRead): RenderRead =>
  (value) =>
    sql`CASE WHEN json_typeof(${value}) = '${raw(type)}' THEN ${read(value)} END`

/** Canonical JSON writes a number of up to 21 digits without an exponent, and whole ones without a point. */
const safeIntegerOf: RenderRead = (value) => {
  const digits = sql`(${value} #>> '{}')`
  const integer = sql`CASE WHEN abs(${digits}::int8) <= ${Number.MAX_SAFE_INTEGER} THEN ${digits}::int8 END`
  return sql`CASE WHEN ${digits} ~ '^-?[0-9]{1,16}$' THEN ${integer} END`
}

const reads: Readonly<Partial<Record<TypeName, RenderRead>>> = {
  text: ofType('string', scalar),
  boolean: ofType('boolean', (value) => sql`${scalar(value)} = 'true'`),
  double: ofType('number', (value) => sql`(${value} #>> '{}')::float8`),
  integer: ofType('number', safeIntegerOf),
  json: (value) => sql`CASE WHEN json_typeof(${value}) <> 'null' THEN ${value}::text COLLATE "C" END`,
}

const documents = new WeakMap<Fragment, Fragment>()

/** How a column of json is read: as text. A path in it is followed without going by way of the text. */
export function jsonColumn(column: Fragment): Fragment {
  const text = sql`(${column}::text COLLATE "C")`
  documents.set(text, column)
  return text
}

export const jsonPath: RenderFunction = ([document], { options }) => {
  const type = options.type!
  const read = reads[type.name] ?? refuse(`no JSON path to ${type.name}`)
  const column = document!.collective === true ? undefined : documents.get(document!.sql)
  // A cast would reach below the collation, and what rows are grouped by would not be recognized.
  return read(valueAt(column ?? sql`coalesce(${document!.sql})::json`, options.path!))
}
