import type { InsertChange, StoredRow, StoredValue } from '@holdfast/core/backend'
import { copyData } from '../codec/encode-binary.js'
import { textDecoder } from '../codec/decode-text.js'
import type { Unit } from '../unit.js'
import type { Step } from '../wire/step.js'
import { drawKeys, exhaustion, pastGivenKeys } from './keys.js'
import { columnArrays, unnested } from './layout.js'
import type { TableLayout } from './layout.js'

export interface Outcome {
  readonly count: number
  readonly generated?: readonly StoredValue[]
}

export type OnConflict = InsertChange['onConflict']

/** From so many rows on COPY, which takes a round trip more, is faster. */
const leastForCopy = 200
/** Rows of one statement that is no COPY. */
const rowsAtOnce = 5000

export interface Insertion {
  readonly layout: TableLayout
  readonly rows: readonly StoredRow[]
  readonly onConflict: OnConflict
}

/** Inserts the rows, in their order. */
export async function insertRows(unit: Unit, insertion: Insertion, last: boolean): Promise<Outcome> {
  const { layout, rows } = insertion
  if (rows.length === 0) return layout.generated === undefined ? { count: 0 } : { count: 0, generated: [] }
  if (layout.generated === undefined) return { count: await insertGiven(unit, insertion, last) }
  return rows.length === 1 && lacksKey(layout, rows[0]!)
    ? insertLacking(unit, insertion, last)
    : insertDrawing(unit, insertion, last)
}

function lacksKey({ generated }: TableLayout, row: StoredRow): boolean {
  return row[generated!.name] == null
}

/** One row that is given its key by the table itself. */
async function insertLacking(
  unit: Unit,
  { layout, rows, onConflict }: Insertion,
  last: boolean,
): Promise<Outcome> {
  const { name, quoted } = layout.column(layout.generated!.name)
  const columns = layout.columns.filter((column) => column.name !== name)
  const values = columns.map(({ cast }, index) => `$${index + 1}${cast}`).join(', ')
  const given =
    columns.length === 0
      ? 'DEFAULT VALUES'
      : `(${columns.map((column) => column.quoted).join(', ')}) VALUES (${values})`
  const skip = onConflict === 'skip' ? ' ON CONFLICT DO NOTHING' : ''
  const decode = textDecoder(layout.generated!.type)
  let key: StoredValue = null
  const step: Step = {
    text: `INSERT INTO ${layout.name} ${given}${skip} RETURNING ${quoted}`,
    values: columns.map((column) => column.encode(rows[0]![column.name] ?? null)),
    prepared: true,
    onRow: ([field]) => (key = decode(field!, name)),
  }
  try {
    await unit.run([step], last)
  } catch (error) {
    throw exhaustion(error, layout) ?? error
  }
  return { count: key === null ? 0 : 1, generated: [key] }
}

/** Rows of which some, or all, are to be given keys: these are drawn beforehand. */
async function insertDrawing(unit: Unit, insertion: Insertion, last: boolean): Promise<Outcome> {
  const { layout, rows, onConflict } = insertion
  const name = layout.generated!.name
  const past = pastGivenKeys(layout, rows)
  const lacking = rows.filter((row) => lacksKey(layout, row))
  const drawn = lacking.length === 0 ? [] : await drawKeys(unit, layout, lacking.length, past)
  let next = 0
  const whole =
    lacking.length === 0
      ? rows
      : rows.map((row) => (lacksKey(layout, row) ? { ...row, [name]: drawn[next++]! } : row))
  const inserted = onConflict === 'skip' ? new Set<StoredValue>() : undefined
  const count = await insertGiven(unit, { ...insertion, rows: whole }, last, {
    before: lacking.length === 0 ? past : [],
    ...(inserted && { inserted }),
  })
  const generated = whole.map((row) => {
    const key = row[name]!
    // Of equal keys the first one was inserted.
    return inserted === undefined || inserted.delete(key) ? key : null
  })
  return { count, generated }
}

interface Extras {
  /** Statements that travel with the first one. */
  readonly before?: readonly Step[]
  /** Takes the generated keys of rows that were not skipped. */
  readonly inserted?: Set<StoredValue>
}

/** Inserts rows that have all columns. Returns how many, each key counted once. */
async function insertGiven(
  unit: Unit,
  insertion: Insertion,
  last: boolean,
  extras: Extras = {},
): Promise<number> {
  const { layout, rows, onConflict } = insertion
  if (onConflict === 'replace') return replaceRows(unit, insertion, last, extras)
  const { before = [], inserted } = extras
  if (onConflict === 'error' && layout.own && rows.length >= leastForCopy) {
    await unit.run([...before, copyStep(layout, rows)], last)
    return rows.length
  }
  const suffix = onConflict === 'skip' ? ' ON CONFLICT DO NOTHING' : ''
  if (rows.length === 1 && before.length === 0 && inserted === undefined) {
    const [completion] = await unit.run([insertStep(layout, rows, suffix)], last)
    return completion!.count
  }
  return runChunks(unit, layout, rows, {
    suffix,
    last,
    before,
    inserted,
  })
}

function copyStep(layout: TableLayout, rows: readonly StoredRow[]): Step {
  const columns = layout.columns.map(({ quoted }) => quoted).join(', ')
  return {
    text: `COPY ${layout.name} (${columns}) FROM STDIN (FORMAT binary)`,
    copyData: copyData(rows, layout.writeRow),
  }
}

interface ChunkOptions {
  readonly suffix: string
  readonly last: boolean
  readonly before: readonly Step[]
  readonly inserted?: Set<StoredValue> | undefined
}

/** Inserts rows by statements of so many rows. */
async function runChunks(
  unit: Unit,
  layout: TableLayout,
  rows: readonly StoredRow[],
  options: ChunkOptions,
): Promise<number> {
  const { suffix, last, before, inserted } = options
  let count = 0
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    const chunk = rows.slice(start, start + rowsAtOnce)
    const isLast = start + rowsAtOnce >= rows.length
    const first = start === 0 ? before : []
    const completions = await unit.run(
      [...first, insertStep(layout, chunk, suffix, inserted)],
      last && isLast,
    )
    count += completions.at(-1)!.count
  }
  return count
}

function insertStep(
  layout: TableLayout,
  rows: readonly StoredRow[],
  suffix: string,
  inserted?: Set<StoredValue>,
): Step {
  const { columns, generated } = layout
  const decode = inserted && textDecoder(generated!.type)
  const [only, second] = rows
  const isOne = only !== undefined && second === undefined
  const shape = `insert ${isOne} ${inserted !== undefined}${suffix}`
  return {
    text: layout.statement(shape, () => insertText(layout, isOne, suffix, inserted !== undefined)),
    values: isOne
      ? columns.map(({ name, encode }) => encode(only[name] ?? null))
      : columnArrays(columns, rows),
    prepared: true,
    ...(decode && { onRow: ([key]) => inserted?.add(decode(key!, generated!.name)) }),
  }
}

function insertText(layout: TableLayout, isOne: boolean, suffix: string, returns: boolean): string {
  const { columns, generated } = layout
  const names = columns.map(({ quoted }) => quoted).join(', ')
  // Keys that an identity column would always make itself.
  const overriding = generated === undefined ? '' : ' OVERRIDING SYSTEM VALUE'
  const returning = returns ? ` RETURNING ${layout.column(generated!.name).quoted}` : ''
  const source = isOne
    ? `VALUES (${columns.map(({ cast }, index) => `$${index + 1}${cast}`).join(', ')})`
    : `SELECT * FROM ${unnested(columns)}`
  return `INSERT INTO ${layout.name} (${names})${overriding} ${source}${suffix}${returning}`
}

/** Puts rows in the place of those with their keys. Rows with one key count once. */
async function replaceRows(
  unit: Unit,
  { layout, rows }: Insertion,
  last: boolean,
  extras: Extras,
): Promise<number> {
  const suffix = replaceClause(layout)
  const identity = (row: StoredRow) => layout.identityOf(layout.keyOf(row))
  const parts = layout.hasUniqueIndexes
    ? withoutRepeats(rows, identity)
    : [lastOfEach(layout, rows, identity)]
  for (const [index, part] of parts.entries()) {
    const isLast = index === parts.length - 1
    await runChunks(unit, layout, part, {
      suffix,
      last: last && isLast,
      before: index === 0 ? (extras.before ?? []) : [],
    })
  }
  return rows.length === 1 ? 1 : new Set(rows.map(identity)).size
}

function replaceClause(layout: TableLayout): string {
  const { key, version } = layout
  const target = key.map(({ quoted }) => quoted).join(', ')
  const others = layout.columns.filter((column) => !key.includes(column))
  const assignments = others.map(({ name, quoted }) =>
    // The version that was there, not the one that is inserted, rises: by as much as there are rows of the key.
    name === version
      ? `${quoted} = ${layout.name}.${quoted} + excluded.${quoted}`
      : `${quoted} = excluded.${quoted}`,
  )
  const [first] = key
  const set = assignments.length > 0 ? assignments.join(', ') : `${first!.quoted} = excluded.${first!.quoted}`
  return ` ON CONFLICT (${target}) DO UPDATE SET ${set}`
}

/** Cuts rows so that no part holds a key twice: each row must meet what the one before it left. */
function withoutRepeats(
  rows: readonly StoredRow[],
  identity: (row: StoredRow) => unknown,
): readonly StoredRow[][] {
  const parts: StoredRow[][] = []
  let seen = new Set<unknown>()
  for (const row of rows) {
    const id = identity(row)
    if (parts.length === 0 || seen.has(id)) {
      parts.push([])
      seen = new Set()
    }
    seen.add(id)
    parts.at(-1)!.push(row)
  }
  return parts
}

/** One statement puts a row in place once: the last one of each key, with a version for each that it stands for. */
function lastOfEach(
  layout: TableLayout,
  rows: readonly StoredRow[],
  identity: (row: StoredRow) => unknown,
): StoredRow[] {
  const latest = new Map<unknown, StoredRow>()
  const { version } = layout
  for (const row of rows) {
    const id = identity(row)
    const earlier = latest.get(id)
    const counted = earlier !== undefined && version !== undefined
    latest.set(id, counted ? { ...row, [version]: (earlier[version] as number) + 1 } : row)
  }
  return [...latest.values()]
}
