import type { LogicalType } from '@holdfast/core/backend'
import { reading, sourcesOf } from './block.js'
import type { Block, From, OrderTerm } from './block.js'
import type { Dialect } from './dialect.js'
import { balanced, eachReference, includesAny, join, leafOf, raw, Source } from './fragment.js'
import type { Fragment, Hole, Reference } from './fragment.js'
import { orderText } from './nodes/order.js'

/** One bound value of a statement, in the order of its placeholders. */
export type ParameterSlot = Pick<Hole, 'from' | 'encode'>

export interface Statement {
  readonly sql: string
  readonly parameters: readonly ParameterSlot[]
}

/** Writes one statement: settles the names of sources and the numbers of placeholders as it meets them. */
export class Writer {
  readonly #dialect: Dialect
  readonly #aliases = new Map<Source, string>()
  readonly #slots: Hole[] = []
  readonly #bare: Source | undefined
  #text = ''

  /** @param bare a source whose columns are written by their names alone */
  constructor(dialect: Dialect, bare?: Source) {
    this.#dialect = dialect
    this.#bare = bare
  }

  text(text: string): this {
    this.#text += text
    return this
  }

  fragment(fragment: Fragment): this {
    for (const part of fragment.parts) {
      if (typeof part === 'string') this.#text += part
      else if ('parts' in part) this.fragment(part)
      else if (part.kind === 'hole') this.#text += this.#placeholder(part)
      else this.#text += this.#column(part)
    }
    return this
  }

  alias(source: Source): string {
    let alias = this.#aliases.get(source)
    if (alias === undefined) this.#aliases.set(source, (alias = `t${this.#aliases.size + 1}`))
    return this.#dialect.quote(alias)
  }

  /** A `select` with the named columns; of distinct rows, all of them. */
  select(whole: Block, names: readonly string[]): this {
    const block = withAggregate(whole, names)
    const columns = names.map((name) => [name, block.columns.get(name)!.sql] as const)
    this.text(block.distinct ? 'SELECT DISTINCT ' : 'SELECT ')
    columns.forEach(([name, value], index) => {
      if (index > 0) this.text(', ')
      this.fragment(value).text(` AS ${this.#dialect.quote(name)}`)
    })
    const clauses = [...columns.map(([, value]) => value), ...clausesOf(block)]
    this.text(' FROM ').#from(block.from, usedColumns(clauses, block.from))
    if (block.where.length > 0) this.text(' WHERE ').fragment(balanced(block.where, 'AND'))
    if (block.groups !== undefined && block.groups.length > 0) {
      this.text(' GROUP BY ').fragment(join(block.groups, ', '))
    }
    if (block.having.length > 0) this.text(' HAVING ').fragment(balanced(block.having, 'AND'))
    if (block.order.length > 0) this.text(' ORDER BY ').fragment(orderText(this.#byName(block, columns)))
    if (block.limit !== undefined) {
      this.fragment(this.#dialect.limit(block.limit.count, block.limit.offset))
    }
    return this
  }

  finish(): Statement {
    return { sql: this.#text, parameters: this.#slots.map(({ from, encode }) => ({ from, encode })) }
  }

  /** Terms that are columns of the result are written as such. */
  #byName({ order }: Block, columns: readonly (readonly [string, Fragment])[]): readonly OrderTerm[] {
    return order.map((term) => {
      const column = columns.find(([, value]) => value === term.sql)
      return column === undefined || leafOf(term.sql) !== undefined
        ? term
        : { ...term, sql: raw(this.#dialect.quote(column[0])) }
    })
  }

  #from(from: From, used: ReadonlyMap<Source, ReadonlySet<string>>): void {
    if (from.kind === 'join') {
      this.#from(from.left, used)
      this.text(from.type === 'left' ? ' LEFT JOIN ' : ' JOIN ').#from(from.right, used)
      this.text(' ON ').fragment(from.on)
    } else if (from.kind === 'table') {
      this.text(`${this.#dialect.table(from.source.table!)} AS ${this.alias(from.source)}`)
    } else {
      this.#subquery(from.block, pruned(from.block, used.get(from.source)))
      this.text(` AS ${this.alias(from.source)}`)
    }
  }

  #subquery(block: Block, names: readonly string[]): void {
    if (block.limit === undefined || this.#dialect.materializesLimits !== true) {
      this.text('(').select(block, names).text(')')
      return
    }
    const name = this.#dialect.quote('limited')
    this.text(`(WITH ${name} AS MATERIALIZED (`).select(block, names).text(`) SELECT * FROM ${name})`)
  }

  #column({ source, column }: Reference): string {
    const name = this.#dialect.quote(column)
    return source === this.#bare ? name : `${this.alias(source)}.${name}`
  }

  #placeholder(hole: Hole): string {
    const known = this.#dialect.numbered ? this.#slots.findIndex((slot) => sameHole(slot, hole)) : -1
    const position = known === -1 ? this.#slots.push(hole) : known + 1
    return this.#dialect.placeholder(position, hole.type, hole.list)
  }
}

/**
 * All rows are one group by virtue of an aggregate. Where the result reads none, nothing of the rows is in it: they are
 * counted in a subquery of one row.
 */
function withAggregate(block: Block, names: readonly string[]): Block {
  const { groups, aggregates, columns, order, distinct, limit, windowed } = block
  if (groups === undefined || groups.length > 0) return block
  const known = new Set(aggregates)
  if (names.some((name) => includesAny(columns.get(name)!.sql, known))) return block
  const rows = { sql: raw('count(*)'), type: { name: 'integer' }, nullable: false } as const
  const { limit: _limit, ...unlimited } = block
  const alone = { aggregates: [rows.sql], columns: new Map([['rows', rows]]) }
  const counted = { ...unlimited, ...alone, order: [], distinct: false, windowed: false }
  const outer = reading({ kind: 'subquery', source: new Source(), block: counted }, columns)
  return { ...outer, order, distinct, windowed, ...(limit === undefined ? {} : { limit }) }
}

function sameHole(left: Hole, right: Hole): boolean {
  const same =
    'index' in left.from
      ? 'index' in right.from && left.from.index === right.from.index
      : left.from === right.from
  return same && left.encode === right.encode && sameType(left.type, right.type)
}

const sameType = (left: LogicalType, right: LogicalType) => JSON.stringify(left) === JSON.stringify(right)

/** Everything in a block, but for its columns, that can name its sources. */
function clausesOf(block: Block): readonly Fragment[] {
  const { from, where, groups = [], having, order } = block
  return [...conditionsOf(from), ...where, ...groups, ...having, ...order.map((term) => term.sql)]
}

function conditionsOf(from: From): readonly Fragment[] {
  return from.kind === 'join' ? [from.on, ...conditionsOf(from.left), ...conditionsOf(from.right)] : []
}

function usedColumns(fragments: readonly Fragment[], from: From): ReadonlyMap<Source, ReadonlySet<string>> {
  const used = new Map(sourcesOf(from).map((source) => [source, new Set<string>()]))
  for (const fragment of fragments) {
    eachReference(fragment, ({ source, column }) => used.get(source)?.add(column))
  }
  return used
}

/** The columns of a subquery that are read, in its order; a `select` needs at least one. */
function pruned(block: Block, used: ReadonlySet<string> = new Set()): readonly string[] {
  const names = [...block.columns.keys()]
  if (block.distinct) return names
  const kept = names.filter((name) => used.has(name))
  return kept.length > 0 ? kept : names.slice(0, 1)
}
