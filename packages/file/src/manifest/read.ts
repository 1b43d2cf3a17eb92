import { definitionFromJson } from '@holdfast/core/backend'
import { encodeName } from '../disk/names.js'
import type { SegmentEntry } from '../segments/types.js'
import type { IndexEntry, JournalEntry, Manifest, RunEntry, SortedEntry, TableEntry } from './types.js'

type Read<Value> = (json: unknown, path: string) => Value

/**
 * Reads a manifest of format 1 from its JSON: all of it is checked, and nothing else may be in it.
 *
 * @throws TypeError that says where what is wrong
 */
export function manifestFromJson(json: unknown): Manifest {
  const manifest = readManifest(json, 'the manifest')
  const { next, tables, journals } = manifest
  const indexes = tables.flatMap((table) => table.indexes)
  const numbers = {
    journal: journals.map(({ number }) => number),
    table: [...tables, ...indexes].map(({ id }) => id),
    segment: [...tables, ...indexes].flatMap(segmentsOf).map(({ number }) => number),
  }
  for (const [kind, all] of Object.entries(numbers)) {
    checkUnique(kind, all)
    const high = all.find((number) => number >= next)
    if (high !== undefined) throw new TypeError(`${kind} ${high} is not below "next"`)
  }
  checkUnique(
    'folder',
    tables.map(({ folder }) => folder),
  )
  checkAscending(numbers.journal)
  return manifest
}

/** All segments of a table or an index, those of deleted keys included. */
export function segmentsOf({ rows }: { readonly rows: SortedEntry }): readonly SegmentEntry[] {
  return rows.runs.flatMap(({ segments, deletes }) => [...segments, ...deletes])
}

function checkUnique(kind: string, values: readonly (number | string)[]): void {
  const seen = new Set<number | string>()
  for (const value of values) {
    if (seen.has(value)) throw new TypeError(`${kind} ${value} is there twice`)
    seen.add(value)
  }
}

function checkAscending(numbers: readonly number[]): void {
  if (numbers.some((number, index) => index > 0 && number < numbers[index - 1]!)) {
    throw new TypeError('the journals are not in their order')
  }
}

const whole =
  (least: number): Read<number> =>
  (json, path) => {
    if (Number.isSafeInteger(json) && (json as number) >= least) return json as number
    throw new TypeError(`${path} is no whole number from ${least} on`)
  }

const oneOf =
  <Value extends string | number>(...values: readonly Value[]): Read<Value> =>
  (json, path) => {
    const found = values.find((value) => value === json)
    if (found !== undefined) return found
    throw new TypeError(`${path} is none of ${values.join(', ')}`)
  }

const text: Read<string> = (json, path) => {
  if (typeof json === 'string') return json
  throw new TypeError(`${path} is no text`)
}

const list =
  <Item>(read: Read<Item>): Read<readonly Item[]> =>
  (json, path) => {
    if (!Array.isArray(json)) throw new TypeError(`${path} is no array`)
    return json.map((item, index) => read(item, `${path}[${index}]`))
  }

/** An object of these members and no others; of `optional` ones any may be absent. */
function object<Value extends object>(
  members: { readonly [Name in keyof Value]-?: Read<NonNullable<Value[Name]>> },
  optional: readonly (keyof Value)[] = [],
): Read<Value> {
  const names = Object.keys(members) as (keyof Value & string)[]
  return (json, path) => {
    if (typeof json !== 'object' || json === null || Array.isArray(json))
      throw new TypeError(`${path} is no object`)
    const unknown = Object.keys(json).find((name) => !Object.hasOwn(members, name))
    if (unknown !== undefined) throw new TypeError(`${path} has an unknown member ${JSON.stringify(unknown)}`)
    const given = json as Readonly<Record<string, unknown>>
    const present = names.filter((name) => !optional.includes(name) || Object.hasOwn(given, name))
    return Object.fromEntries(
      present.map((name) => [name, members[name](given[name], `${path}.${name}`)]),
    ) as Value
  }
}

const segment = object<SegmentEntry>({
  number: whole(0),
  format: oneOf('parquet', 'ndjson', 'csv', 'json'),
  rows: whole(1),
  bytes: whole(0),
  indexBytes: whole(0),
  indexChecksum: whole(0),
  first: list((json) => json),
  last: list((json) => json),
})

const sorted = object<SortedEntry>({
  runs: list(object<RunEntry>({ segments: list(segment), deletes: list(segment) })),
})

const index = object<IndexEntry>({ id: whole(0), name: text, rows: sorted })

const digits: Read<string> = (json, path) => {
  if (typeof json === 'string' && /^-?[0-9]{1,19}$/.test(json)) return json
  throw new TypeError(`${path} is no whole number in digits`)
}

const table = object<TableEntry>(
  {
    id: whole(0),
    folder: text,
    definition: (json) => json ?? {},
    describedBy: object({ checksum: whole(0), revision: whole(0) }),
    since: object({ journal: whole(0), offset: whole(0) }),
    lastKey: digits,
    rows: sorted,
    indexes: list(index),
  },
  ['lastKey'],
)

const readTable: Read<TableEntry> = (json, path) => {
  const entry = table(json, path)
  const name = nameIn(entry.definition, `${path}.definition`)
  if (entry.folder === encodeName(name)) return entry
  throw new TypeError(`${path}.folder is not that of "${name}"`)
}

function nameIn(definition: unknown, path: string): string {
  try {
    return definitionFromJson(definition).name
  } catch (cause) {
    throw new TypeError(`${path} is no definition of a table`, { cause })
  }
}

const readManifest = object<Manifest>({
  format: oneOf(1),
  revision: whole(0),
  next: whole(0),
  journals: list(object<JournalEntry>({ number: whole(0), bytes: whole(0) })),
  tables: list(readTable),
})
