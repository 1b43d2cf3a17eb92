import { expressionOf, HoldfastError, nameProblem, rowExpressions, sortTermsOf } from '@holdfast/core/backend'
import type { Expression, OrderBy, SortTerm, TableDefinition } from '@holdfast/core/backend'
import type { Table } from '@holdfast/core'
import type { Design, IndexDesign, IndexKeys, IndexMethod } from './design.js'
import { checkOptions, columnOf, columnsOf, invalid, listOf } from './reading-options.js'
import { readPartitioning } from './reading-partitioning.js'
import type { PhysicalOptions } from './types.js'

const marker: unique symbol = Symbol('holdfast physical table')

/** What `physical` makes of a table, for the option `tables`. */
export interface PhysicalTable {
  readonly [marker]: Design
}

/**
 * How PostgreSQL keeps a table: its partitions, and indexes beside those of its definition. For the option `tables` of
 * `postgres`.
 *
 * @throws HoldfastError `INVALID_ARGUMENT` for options that do not fit the table, or that PostgreSQL cannot do; for
 * expressions also `TYPE_MISMATCH` and `UNKNOWN_COLUMN`
 */
export function physical<T extends Table>(table: T, options: PhysicalOptions<T>): PhysicalTable {
  const { definition } = table
  checkOptions(options, definition.name, ['partitionBy', 'indexes'])
  const { partitionBy, indexes = {} } = options as Readonly<Record<string, unknown>>
  const partitioning = partitionBy === undefined ? undefined : readPartitioning(definition, partitionBy)
  checkOptions(indexes, 'indexes')
  const design = Object.freeze({
    definition,
    partitioning,
    indexes: Object.entries(indexes as object).map(([name, index]) => readIndex(definition, name, index)),
  })
  return Object.freeze({ [marker]: design })
}

/** The design in what `physical` made; undefined for anything else. */
export function designOf(value: unknown): Design | undefined {
  return typeof value === 'object' && value !== null && marker in value
    ? (value as PhysicalTable)[marker]
    : undefined
}

interface Reading {
  readonly definition: TableDefinition
  /** Where in the options: `indexes.by_city`. */
  readonly path: string
  readonly given: Readonly<Record<string, unknown>>
}

interface Method {
  /** The ways to say what an index of the method is of; each option with how it is read. */
  readonly keys: Readonly<
    Record<
      string,
      (reading: Reading, value: unknown) => Pick<IndexDesign, 'keys'> & { readonly extension?: string }
    >
  >
  readonly options: readonly string[]
}

const methods: Readonly<Record<IndexMethod, Method>> = {
  btree: { keys: { on: (reading, value) => ({ keys: values(reading, value) }) }, options: ['include'] },
  hash: { keys: { on: (reading, value) => ({ keys: values(reading, value, 'one') }) }, options: [] },
  brin: { keys: { on: (reading, value) => ({ keys: values(reading, value) }) }, options: ['pagesPerRange'] },
  spgist: { keys: { on: (reading, value) => ({ keys: values(reading, value, 'one') }) }, options: [] },
  gin: { keys: { search: words, trigrams, documents }, options: [] },
  gist: {
    keys: {
      search: words,
      trigrams,
      on: (reading, value) => ({ keys: values(reading, value), extension: 'btree_gist' }),
    },
    options: [],
  },
}

function readIndex(definition: TableDefinition, name: string, index: unknown): IndexDesign {
  const path = `indexes.${name}`
  const problem = nameProblem(name)
  if (problem !== undefined) throw invalid(path, problem)
  checkOptions(index, path)
  const given = index as Readonly<Record<string, unknown>>
  const { method } = given
  if (typeof method !== 'string' || !Object.hasOwn(methods, method))
    throw invalid(`${path}.method`, `must be one of ${Object.keys(methods).join(', ')}`)
  const { keys: ways, options } = methods[method as IndexMethod]
  checkOptions(index, path, ['method', 'where', ...Object.keys(ways), ...options])
  const said = Object.keys(ways).filter((way) => given[way] !== undefined)
  const [way] = said
  if (way === undefined || said.length > 1)
    throw invalid(path, `must say what it is of by exactly one of: ${Object.keys(ways).join(', ')}`)
  const reading: Reading = { definition, path, given }
  return {
    name,
    method: method as IndexMethod,
    extension: undefined,
    ...ways[way]!(reading, given[way]),
    include: given['include'] === undefined ? [] : columnsOf(definition, given['include'], `${path}.include`),
    where: conditionOf(reading),
    pagesPerRange: pagesOf(reading),
  }
}

function values({ definition, path }: Reading, value: unknown, how: 'one' | 'many' = 'many'): IndexKeys {
  const terms =
    typeof value === 'function'
      ? sortTermsOf(build(definition, value) as OrderBy, `${path}.on`)
      : columnsOf(definition, value, `${path}.on`).map(termOf)
  if (terms.length === 0) throw invalid(`${path}.on`, 'must name at least one column')
  if (how === 'one' && terms.length > 1)
    throw invalid(`${path}.on`, 'must be one column or expression for this method')
  return { kind: 'values', terms }
}

function words({ definition, path }: Reading, value: unknown) {
  const columns = columnsOf(definition, value, `${path}.search`, ['text'])
  return { keys: { kind: 'words', columns } } as const
}

function trigrams({ definition, path }: Reading, value: unknown) {
  const texts =
    typeof value === 'function'
      ? [expressionOf(build(definition, value), `${path}.trigrams`)]
      : columnsOf(definition, value, `${path}.trigrams`, ['text']).map((name) => termOf(name).expression)
  return { keys: { kind: 'trigrams', texts }, extension: 'pg_trgm' } as const
}

function documents({ definition, path }: Reading, value: unknown) {
  return {
    keys: { kind: 'document', column: columnOf(definition, value, `${path}.documents`, ['json']) },
  } as const
}

function termOf(name: string): SortTerm {
  return { expression: { kind: 'column', name }, direction: 'ascending', nulls: 'last' }
}

function conditionOf({ definition, path, given }: Reading): Expression | undefined {
  const { where } = given
  if (where === undefined) return undefined
  if (typeof where !== 'function')
    throw invalid(`${path}.where`, 'must be a function, such as (row) => row.note.isNotNull()')
  return expressionOf(build(definition, where), `${path}.where`)
}

function build(definition: TableDefinition, made: unknown): unknown {
  return (made as (row: unknown) => unknown)(rowExpressions(definition))
}

function pagesOf({ path, given: { pagesPerRange: pages } }: Reading): number | undefined {
  if (pages === undefined) return undefined
  if (Number.isInteger(pages) && (pages as number) >= 1 && (pages as number) <= 131_072)
    return pages as number
  throw invalid(`${path}.pagesPerRange`, 'must be a whole number from 1 to 131072')
}

/**
 * The option `tables` as designs by the names of tables.
 *
 * @throws HoldfastError `INVALID_ARGUMENT`
 */
export function designsOf(tables: readonly PhysicalTable[]): ReadonlyMap<string, Design> {
  const designs = new Map<string, Design>()
  for (const [index, table] of listOf(tables).entries()) {
    const design = designOf(table)
    if (design === undefined)
      throw invalid(
        `tables[${index}]`,
        'must be made by physical(), as in physical(readings, { indexes: { ... } })',
      )
    const { name } = design.definition
    if (designs.has(name))
      throw new HoldfastError('INVALID_ARGUMENT', `The option "tables" has the table "${name}" twice.`, {
        path: `tables[${index}]`,
        table: name,
      })
    designs.set(name, design)
  }
  return designs
}
