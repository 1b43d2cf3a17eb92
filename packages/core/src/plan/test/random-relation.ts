import type { Expression, FunctionName } from '../../expression/types.js'
import { columnsOf } from '../../relation/columns-of.js'
import type {
  AggregateColumn,
  NamedExpression,
  Relation,
  RelationColumns,
  SortTerm,
  WindowColumn,
} from '../../relation/types.js'
import { sameType } from '../../schema/logical-type.js'
import type { LogicalType } from '../../schema/types.js'
import { call, column } from './build.js'
import { tables, valueOf } from './tables.js'
import type { Tape } from './tape.js'

const integer: LogicalType = { name: 'integer' }

/** A random relation over the test tables: every node, every aggregate, every window. */
export function randomRelation(tape: Tape, databases: readonly string[] = ['main']): Relation {
  return new RelationMaker(tape, databases).relation(1 + tape.below(6))
}

class RelationMaker {
  readonly #tape: Tape
  readonly #databases: readonly string[]
  #names = 0

  constructor(tape: Tape, databases: readonly string[]) {
    this.#tape = tape
    this.#databases = databases
  }

  relation(depth: number): Relation {
    if (depth === 0) return this.#scan()
    const input = this.relation(depth - 1)
    const make = this.#tape.pick([
      () => this.#sort(input),
      () => this.#filter(input),
      () => this.#project(input),
      () => this.#limit(input),
      () => this.#limit(this.#sort(input)),
      () => this.#window(input),
      () => this.#aggregate(input),
      () => this.#distinct(input),
      () => this.#join(input, this.relation(this.#tape.below(2))),
    ])
    return make()
  }

  #scan(): Relation {
    return { node: 'scan', table: this.#tape.pick(tables), database: this.#tape.pick(this.#databases) }
  }

  #filter(input: Relation): Relation {
    return { node: 'filter', input, condition: this.#condition(columnsOf(input), 2) }
  }

  #sort(input: Relation): Relation {
    return { node: 'sort', input, terms: this.#tape.times(1, 3, () => this.#term(columnsOf(input))) }
  }

  #limit(input: Relation): Relation {
    const offset = this.#tape.pick([0, 0, 1, 3])
    return this.#tape.chance(80)
      ? { node: 'limit', input, offset, count: this.#tape.pick([5, 1, 3, 12, 0]) }
      : { node: 'limit', input, offset }
  }

  #distinct(input: Relation): Relation {
    return { node: 'distinct', input: this.#tape.chance(60) ? this.#project(input) : input }
  }

  #project(input: Relation): Relation {
    const columns = columnsOf(input)
    const taken = new Set<string>()
    const outputs = this.#tape.times(1, 3, (): NamedExpression => {
      const expression = this.#scalar(columns)
      const name =
        expression.kind === 'column' && !taken.has(expression.name) && this.#tape.chance(50)
          ? expression.name
          : this.#name(taken)
      taken.add(name)
      return { name, expression }
    })
    return { node: 'project', input, columns: outputs }
  }

  #aggregate(input: Relation): Relation {
    const columns = columnsOf(input)
    const taken = new Set<string>()
    const groups = this.#tape.times(0, 2, (): NamedExpression => ({
      name: this.#name(taken),
      expression: this.#scalar(columns),
    }))
    const aggregates = this.#tape.times(1, 3, () => this.#aggregateColumn(columns, this.#name(taken)))
    return { node: 'aggregate', input, groups, aggregates }
  }

  #aggregateColumn(columns: RelationColumns, name: string): AggregateColumn {
    const orderBy = () => this.#tape.times(0, 2, () => this.#term(columns))
    const argument = () => this.#scalar(columns)
    const number = this.#number(columns)
    return this.#tape.pick<() => AggregateColumn>([
      () => ({ name, function: 'count' }),
      () => ({ name, function: 'count', argument: argument() }),
      () => ({ name, function: 'first', argument: argument(), orderBy: orderBy() }),
      () => ({ name, function: 'last', argument: argument(), orderBy: orderBy() }),
      () => ({ name, function: 'countDistinct', argument: argument() }),
      () => ({ name, function: 'minimum', argument: argument() }),
      () => ({ name, function: 'maximum', argument: argument() }),
      () => ({ name, function: 'sum', argument: number }),
      () => ({ name, function: 'average', argument: number }),
      () => ({ name, function: 'median', argument: number }),
      () => ({ name, function: 'quantile', argument: number, fraction: 0.3 }),
      () => ({ name, function: 'standardDeviation', argument: number }),
    ])()
  }

  #window(input: Relation): Relation {
    const taken = new Set(columnsOf(input).keys())
    const columns = this.#tape.times(1, 2, () => this.#windowColumn(columnsOf(input), this.#name(taken)))
    return { node: 'window', input, columns }
  }

  #windowColumn(columns: RelationColumns, name: string): WindowColumn {
    const base = {
      name,
      partitionBy: this.#tape.chance(50) ? [this.#scalar(columns)] : [],
      orderBy: this.#tape.times(0, 2, () => this.#term(columns)),
    }
    const frame = this.#tape.pick([
      {},
      { frame: {} },
      { frame: { start: -1, end: 0 } },
      { frame: { start: 1, end: 2 } },
      { frame: { end: -1 } },
    ])
    const argument = this.#scalar(columns)
    const number = this.#number(columns)
    return this.#tape.pick<WindowColumn>([
      { ...base, function: 'rowNumber' },
      { ...base, function: 'rank' },
      { ...base, function: 'denseRank' },
      { ...base, function: 'lag', argument },
      { ...base, function: 'lead', argument, offset: 2 },
      { ...base, ...frame, function: 'count', argument },
      { ...base, ...frame, function: 'sum', argument: number },
      { ...base, ...frame, function: 'average', argument: number },
      { ...base, ...frame, function: 'minimum', argument },
      { ...base, ...frame, function: 'maximum', argument },
    ])
  }

  #join(left: Relation, right: Relation): Relation {
    const [one, other] = [this.#renamed(left), this.#renamed(right)]
    const both = new Map([...columnsOf(one), ...columnsOf(other)])
    const pairs = [...columnsOf(one)].flatMap(([name, { type }]) =>
      [...columnsOf(other)]
        .filter(([, { type: match }]) => sameType(type, match))
        .map(([match]) => [name, match] as const),
    )
    const equal = () => {
      const [name, match] = this.#tape.pick(pairs)
      return this.#tape.chance(50)
        ? call('equal', column(name), column(match))
        : call('equal', column(match), column(name))
    }
    const parts = [
      ...(pairs.length > 0 && this.#tape.chance(80) ? this.#tape.times(1, 2, equal) : []),
      ...(this.#tape.chance(40) ? [this.#condition(both, 1)] : []),
    ]
    const [first, ...rest] = parts.length === 0 ? [this.#condition(both, 1)] : parts
    return {
      node: 'join',
      kind: this.#tape.pick(['inner', 'left']),
      left: one,
      right: other,
      condition: rest.length === 0 ? first! : call('and', first!, ...rest),
    }
  }

  /** Every column under a new name, sometimes but for those that a join or an order may need. */
  #renamed(input: Relation): Relation {
    const all = [...columnsOf(input).keys()]
    const kept = this.#tape.chance(30) ? all.slice(0, 1 + this.#tape.below(all.length)) : all
    return {
      node: 'project',
      input,
      columns: kept.map((name) => ({ name: `c${this.#names++}`, expression: column(name) })),
    }
  }

  /** A name of its own or that of a table's column, which may be hidden at that place. */
  #name(taken: Set<string>): string {
    const name = this.#tape.chance(30)
      ? this.#tape.pick(['id', 'a', 'x', 'p', 'q', 't'])
      : `c${this.#names++}`
    const free = taken.has(name) ? `c${this.#names++}` : name
    taken.add(free)
    return free
  }

  #term(columns: RelationColumns): SortTerm {
    return {
      expression: this.#scalar(columns),
      direction: this.#tape.pick(['ascending', 'descending']),
      nulls: this.#tape.pick(['last', 'first']),
    }
  }

  #scalar(columns: RelationColumns): Expression {
    return this.#tape.chance(25) ? this.#number(columns) : column(this.#tape.pick([...columns.keys()]))
  }

  #number(columns: RelationColumns): Expression {
    const numbers = [...columns].filter(([, { type }]) =>
      ['integer', 'double', 'bigint', 'decimal'].includes(type.name),
    )
    if (numbers.length === 0) return this.#literal(integer)
    const [name, { type }] = this.#tape.pick(numbers)
    if (type.name !== 'integer' || this.#tape.chance(60)) return column(name)
    return call(
      this.#tape.pick(['add', 'multiply']),
      column(name),
      this.#tape.chance(50) ? column(name) : this.#literal(integer),
    )
  }

  #literal(type: LogicalType): Expression {
    return { kind: 'literal', type, value: valueOf(type, this.#tape) }
  }

  #condition(columns: RelationColumns, depth: number): Expression {
    const part = () => this.#condition(columns, depth - 1)
    if (depth > 0 && this.#tape.chance(40)) {
      const choice = this.#tape.below(4)
      return choice === 3 ? call('not', part()) : call(choice === 2 ? 'or' : 'and', part(), part())
    }
    const [name, { type }] = this.#tape.pick([...columns])
    const compare = this.#tape.pick<FunctionName>([
      'equal',
      'equal',
      'notEqual',
      'lessThan',
      'greaterOrEqual',
      'isDistinctFrom',
    ])
    const others = [...columns].filter(([other, column]) => other !== name && sameType(column.type, type))
    switch (this.#tape.below(4)) {
      case 0:
        return call(compare, column(name), this.#literal(type))
      case 1:
        return call('in', column(name), {
          kind: 'list',
          type,
          values: this.#tape.times(0, 3, () => valueOf(type, this.#tape)),
        })
      case 2:
        return call('isNull', column(name))
      default:
        return others.length === 0
          ? call(compare, this.#literal(type), column(name))
          : call(compare, column(name), column(this.#tape.pick(others)[0]))
    }
  }
}
