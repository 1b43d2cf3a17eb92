import { HoldfastError, toStored } from '@holdfast/core/backend'
import type { StoredValue, TypeName } from '@holdfast/core/backend'
import type { NamedColumn, RowForm } from '../../types.js'

/** The values of the columns of a page. */
export interface PageValues {
  readonly columns: StoredValue[][]
  rows: number
  /** What texts and bytes take, about. */
  size: number
}

/**
 * Takes rows into a page, from the one at `from` on until the page is full.
 *
 * @returns the row that is next
 */
export type TakeRows = (rows: readonly object[], from: number, page: PageValues) => number

/** Makes the stored value of what a row has. */
type Encode = (value: unknown) => StoredValue

const long: ReadonlySet<TypeName> = new Set(['text', 'bytes', 'json'])

/**
 * Makes the function that puts rows into columns, as straight code: reading each value by a variable name takes several times
 * as long. Only names, written by `JSON.stringify`, are part of the text.
 */
export function compileTranspose(
  columns: readonly NamedColumn[],
  form: RowForm,
  mostRows: number,
  mostBytes: number,
): TakeRows {
  const encoders = columns.map((column) => encoderOf(column, form))
  const steps = columns.map(({ name, type }, index) => {
    const step = `v = e${index}(row[${JSON.stringify(name)}]); c${index}[at] = v`
    return long.has(type.name) ? `${step}; if (v !== null) size += v.length` : step
  })
  const variables = columns.map((_, index) => `c${index} = page.columns[${index}]`)
  const text = [
    `const ${columns.map((_, index) => `e${index} = encoders[${index}]`).join(', ')}`,
    'return (rows, from, page) => {',
    `const ${variables.join(', ')}`,
    'let { rows: at, size } = page, v',
    `for (; from < rows.length && at < ${mostRows} && size < ${mostBytes}; from++, at++, page.rows = at) {`,
    'const row = rows[from]',
    ...steps,
    '}',
    'page.size = size',
    'return from }',
  ]
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- what is in the text is said above
    const make = new Function('encoders', text.join('\n')) as (of: typeof encoders) => TakeRows
    return make(encoders)
  } catch (error) {
    // A process may forbid code from text.
    if (!(error instanceof EvalError)) throw error
    return transposer(columns, encoders, mostRows, mostBytes)
  }
}

function transposer(
  columns: readonly NamedColumn[],
  encoders: readonly Encode[],
  mostRows: number,
  mostBytes: number,
): TakeRows {
  return (rows, from, page) => {
    for (; from < rows.length && page.rows < mostRows && page.size < mostBytes; from++, page.rows++) {
      const row = rows[from] as Record<string, unknown>
      for (const [index, { name, type }] of columns.entries()) {
        const value = encoders[index]!(row[name])
        page.columns[index]![page.rows] = value
        if (value !== null && long.has(type.name)) page.size += (value as string).length
      }
    }
    return from
  }
}

function encoderOf({ type, nullable }: NamedColumn, form: RowForm): Encode {
  if (form === 'stored')
    return nullable
      ? (value) => (value === undefined ? missing() : (value as StoredValue))
      : (value) => (value == null ? missing() : (value as StoredValue))
  return (value) => (value === null && nullable ? null : toStored(type, value, 'value'))
}

/** Never seen by anybody: the row is looked at again to say where it is. */
function missing(): never {
  throw new HoldfastError('INVALID_VALUE', 'A value is missing.')
}
