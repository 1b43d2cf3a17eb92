import { HoldfastError } from '../backend/errors.js'
import type { Parameters } from '../backend/types.js'
import { treeLimits } from '../expression/limits.js'
import type { CallOptions, Expression, Parameter } from '../expression/types.js'
import type {
  AggregateColumn,
  NamedExpression,
  Relation,
  RowCount,
  SortTerm,
  WindowColumn,
} from '../relation/types.js'
import type { LogicalType, StoredValue, TableDefinition } from '../schema/types.js'

/** A relation without values, the values, and a text that is the same exactly for relations that differ only in values. */
export interface Parameterized {
  readonly relation: Relation
  readonly parameters: Parameters
  readonly shape: string
  /** The databases of the leaves, each once. */
  readonly databases: readonly string[]
}

/**
 * Replaces literals (but null), lists and row counts (but an offset of 0) by parameters, in one walk. What has none of
 * them below it stays the same object. Two shapes are equal only if the relations are, definitions of tables by identity.
 *
 * Requires a relation that was written by hand or by the builder: parameters in it are refused.
 */
export function parameterize(relation: Relation): Parameterized {
  const walk = new Walk()
  const parameterized = walk.relation(relation)
  return {
    relation: parameterized,
    parameters: walk.parameters,
    shape: walk.shape,
    databases: walk.databases,
  }
}

const integer: LogicalType = { name: 'integer' }
const maximalDepth = treeLimits.relationDepth + treeLimits.expressionDepth

/** Each part writes itself to the shape in prefix form; texts and lists state their length, so no two parts run together. */
class Walk {
  shape = ''
  readonly databases: string[] = []
  readonly parameters: (StoredValue | readonly StoredValue[])[] = []
  #depth = 0

  relation(node: Relation): Relation {
    this.#enter()
    const result = this.#node(node)
    this.#depth--
    return result
  }

  #node(node: Relation): Relation {
    switch (node.node) {
      case 'scan':
        this.shape += `s${numberOf(node.table)};`
        this.#text(node.database)
        if (!this.databases.includes(node.database)) this.databases.push(node.database)
        return node
      case 'filter': {
        this.shape += 'f'
        const input = this.relation(node.input)
        const condition = this.expression(node.condition)
        return input === node.input && condition === node.condition ? node : { ...node, input, condition }
      }
      case 'project': {
        this.shape += 'p'
        const input = this.relation(node.input)
        const columns = this.#named(node.columns)
        return input === node.input && columns === node.columns ? node : { ...node, input, columns }
      }
      case 'aggregate': {
        this.shape += 'a'
        const input = this.relation(node.input)
        const groups = this.#named(node.groups)
        const aggregates = this.#each(node.aggregates, this.#aggregate)
        const same = input === node.input && groups === node.groups && aggregates === node.aggregates
        return same ? node : { ...node, input, groups, aggregates }
      }
      case 'sort': {
        this.shape += 'o'
        const input = this.relation(node.input)
        const terms = this.#terms(node.terms)
        return input === node.input && terms === node.terms ? node : { ...node, input, terms }
      }
      case 'limit': {
        this.shape += node.count === undefined ? 'l' : 'L'
        const input = this.relation(node.input)
        const offset = node.offset === 0 ? 0 : this.#count(node.offset)
        if (offset === 0) this.shape += '0'
        if (node.count === undefined) return { ...node, input, offset }
        return { ...node, input, offset, count: this.#count(node.count) }
      }
      case 'distinct': {
        this.shape += 'd'
        const input = this.relation(node.input)
        return input === node.input ? node : { ...node, input }
      }
      case 'join': {
        this.shape += node.kind === 'left' ? 'J' : 'j'
        const left = this.relation(node.left)
        const right = this.relation(node.right)
        const condition = this.expression(node.condition)
        const same = left === node.left && right === node.right && condition === node.condition
        return same ? node : { ...node, left, right, condition }
      }
      case 'window': {
        this.shape += 'w'
        const input = this.relation(node.input)
        const columns = this.#each(node.columns, this.#window)
        return input === node.input && columns === node.columns ? node : { ...node, input, columns }
      }
    }
  }

  expression(expression: Expression): Expression {
    switch (expression.kind) {
      case 'column':
        this.shape += 'c'
        this.#text(expression.name)
        return expression
      case 'literal':
        if (expression.value !== null) return this.#parameter(expression.type, expression.value)
        this.shape += 'n'
        this.#type(expression.type)
        return expression
      case 'list':
        this.shape += 'i'
        return { ...this.#parameter(expression.type, expression.values), list: true }
      case 'call': {
        this.#enter()
        this.shape += '('
        this.#text(expression.function)
        if (expression.options !== undefined) this.#options(expression.options)
        const args = this.#expressions(expression.arguments)
        this.#depth--
        return args === expression.arguments ? expression : { ...expression, arguments: args }
      }
      case 'parameter':
        throw new HoldfastError(
          'INVALID_ARGUMENT',
          'A query cannot hold parameters: write its values as literals; the planner makes parameters of them.',
        )
    }
  }

  #aggregate = (column: AggregateColumn): AggregateColumn => {
    this.#text(column.name)
    this.#text(column.function)
    if (column.fraction !== undefined) this.shape += `q${column.fraction};`
    const argument = this.#optional(column.argument)
    const orderBy = column.orderBy && this.#terms(column.orderBy)
    if (argument === column.argument && orderBy === column.orderBy) return column
    return { ...column, ...(argument && { argument }), ...(orderBy && { orderBy }) }
  }

  #window = (column: WindowColumn): WindowColumn => {
    const { frame, offset } = column
    this.#text(column.name)
    this.#text(column.function)
    if (offset !== undefined) this.shape += `+${offset}`
    if (frame !== undefined) this.shape += `[${frame.start ?? ''},${frame.end ?? ''}]`
    const argument = this.#optional(column.argument)
    const partitionBy = this.#expressions(column.partitionBy)
    const orderBy = this.#terms(column.orderBy)
    const same =
      argument === column.argument && partitionBy === column.partitionBy && orderBy === column.orderBy
    return same ? column : { ...column, ...(argument && { argument }), partitionBy, orderBy }
  }

  #named(columns: readonly NamedExpression[]): readonly NamedExpression[] {
    return this.#each(columns, this.#namedExpression)
  }

  #namedExpression = (column: NamedExpression): NamedExpression => {
    this.#text(column.name)
    const expression = this.expression(column.expression)
    return expression === column.expression ? column : { ...column, expression }
  }

  #terms(terms: readonly SortTerm[]): readonly SortTerm[] {
    return this.#each(terms, this.#term)
  }

  #term = (term: SortTerm): SortTerm => {
    this.shape += term.direction === 'ascending' ? 'u' : 'v'
    this.shape += term.nulls === 'first' ? 'x' : 'y'
    const expression = this.expression(term.expression)
    return expression === term.expression ? term : { ...term, expression }
  }

  #expressions(expressions: readonly Expression[]): readonly Expression[] {
    return this.#each(expressions, this.#expression)
  }

  #expression = (expression: Expression): Expression => this.expression(expression)

  #optional(expression: Expression | undefined): Expression | undefined {
    if (expression !== undefined) return this.expression(expression)
    this.shape += '-'
    return undefined
  }

  /** What is no row count stays as it is, and is refused when the relation is checked. */
  #count(count: RowCount): RowCount {
    if (!Number.isSafeInteger(count) || (count as number) < 0) {
      this.shape += '!'
      return count
    }
    return this.#parameter(integer, count as number)
  }

  #parameter(type: LogicalType, value: StoredValue | readonly StoredValue[]): Parameter {
    this.shape += '?'
    this.#type(type)
    return { kind: 'parameter', index: this.parameters.push(value) - 1, type }
  }

  #type(type: LogicalType): void {
    this.#text(type.name)
    if (type.name === 'decimal') this.shape += `${type.precision},${type.scale};`
    else if (type.name === 'timestamp') this.shape += type.unit
  }

  #options({ type, unit, path }: CallOptions): void {
    this.shape += '{'
    if (type !== undefined) this.#type(type)
    if (unit !== undefined) this.#text(unit)
    for (const key of path ?? []) {
      if (typeof key === 'number') this.shape += `#${key};`
      else this.#text(key)
    }
    this.shape += '}'
  }

  #text(text: string): void {
    this.shape += text.length
    this.shape += ':'
    this.shape += text
  }

  /** Changes each item in order; gives the same array where none changes. */
  #each<Item>(items: readonly Item[], change: (item: Item) => Item): readonly Item[] {
    this.shape += `*${items.length};`
    let changed: Item[] | undefined
    for (let index = 0; index < items.length; index++) {
      const item = items[index]!
      const result = change(item)
      if (result === item) continue
      changed ??= items.slice()
      changed[index] = result
    }
    return changed ?? items
  }

  #enter(): void {
    if (++this.#depth <= maximalDepth) return
    throw new HoldfastError(
      'LIMIT_EXCEEDED',
      `A relation and its expressions may be nested ${maximalDepth} deep at most.`,
    )
  }
}

const numbers = new WeakMap<TableDefinition, number>()
let lastNumber = 0

function numberOf(table: TableDefinition): number {
  let number = numbers.get(table)
  if (number === undefined) numbers.set(table, (number = ++lastNumber))
  return number
}
