import { printType } from '../expression/functions/rules.js'
import { checkNodes, checkRelationDepth, treeLimits } from '../expression/limits.js'
import { failure, within } from '../expression/path.js'
import type { Path } from '../expression/path.js'
import { checkExpression } from '../expression/type-of.js'
import type { Scope } from '../expression/type-of.js'
import type { Expression } from '../expression/types.js'
import { nameProblem } from '../schema/names.js'
import type { ColumnType, TableDefinition } from '../schema/types.js'
import { checkAggregate, checkTerms, checkWindow } from './aggregates.js'
import type {
  AggregateNode,
  JoinNode,
  LimitNode,
  NamedExpression,
  Relation,
  RelationColumns,
  RowCount,
  WindowNode,
} from './types.js'

/** What is known of a checked relation. Relations never change, so it is found once. */
interface Checked {
  readonly columns: RelationColumns
  /** Nodes of the relation and its expressions. */
  readonly nodes: number
  readonly depth: number
}

const checkedRelations = new WeakMap<Relation, Checked>()
const checkedTables = new WeakMap<TableDefinition, RelationColumns>()

/**
 * The columns of a relation's rows, after checking that the whole tree fits together.
 *
 * @throws HoldfastError `TYPE_MISMATCH`, `UNKNOWN_COLUMN` or `LIMIT_EXCEEDED`, with the path in the tree
 */
export function columnsOf(relation: Relation): RelationColumns {
  return check(relation, undefined, 1).columns
}

/** The columns of a table, in order. */
export function columnsOfTable(table: TableDefinition): RelationColumns {
  let columns = checkedTables.get(table)
  if (columns === undefined) {
    columns = new Map(table.columns.map(({ name, type, nullable }) => [name, { type, nullable }]))
    checkedTables.set(table, columns)
  }
  return columns
}

function check(relation: Relation, path: Path | undefined, level: number): Checked {
  const known = checkedRelations.get(relation)
  if (known !== undefined && known.depth + level - 1 <= treeLimits.relationDepth) return known
  checkRelationDepth(level, path)
  const found = checkNode(relation, path, level)
  checkNodes(found.nodes, path)
  checkedRelations.set(relation, found)
  return found
}

function checkNode(relation: Relation, path: Path | undefined, level: number): Checked {
  if (relation.node === 'scan') return { columns: columnsOfTable(relation.table), nodes: 1, depth: 1 }
  if (relation.node === 'join') return checkJoin(relation, path, level)
  if (!Object.hasOwn(rules, relation.node)) throw failure('TYPE_MISMATCH', 'there is no such node', path)
  const input = check(relation.input, within(path, 'input'), level + 1)
  const scope: Scope = { columns: input.columns, nodes: input.nodes + 1 }
  const columns = rules[relation.node](relation as never, scope, path)
  return { columns, nodes: scope.nodes, depth: input.depth + 1 }
}

type Rule<Node> = (node: Node, scope: Scope, path: Path | undefined) => RelationColumns
type Inner = Exclude<Relation['node'], 'scan' | 'join'>

const rules: { readonly [Name in Inner]: Rule<Extract<Relation, { readonly node: Name }>> } = {
  filter(node, scope, path) {
    checkBoolean(node.condition, scope, within(path, 'condition'))
    return scope.columns
  },
  project(node, scope, path) {
    const columns = new OutputColumns(path)
    node.columns.forEach((column, index) => addNamed(columns, column, scope, within(path, 'columns', index)))
    return columns.finish()
  },
  aggregate: aggregateColumns,
  sort(node, scope, path) {
    if (node.terms.length === 0) throw failure('TYPE_MISMATCH', 'a sort needs at least one term', path)
    checkTerms(node.terms, scope, within(path, 'terms'))
    return scope.columns
  },
  limit: limitColumns,
  distinct: (_node, scope) => scope.columns,
  window: windowColumns,
}

function aggregateColumns(node: AggregateNode, scope: Scope, path: Path | undefined): RelationColumns {
  const columns = new OutputColumns(path)
  node.groups.forEach((group, index) => addNamed(columns, group, scope, within(path, 'groups', index)))
  node.aggregates.forEach((aggregate, index) => {
    const place = within(path, 'aggregates', index)
    columns.add(aggregate.name, checkAggregate(aggregate, scope, place), place)
  })
  return columns.finish()
}

function windowColumns(node: WindowNode, scope: Scope, path: Path | undefined): RelationColumns {
  const columns = new OutputColumns(path, scope.columns)
  node.columns.forEach((column, index) => {
    const place = within(path, 'columns', index)
    columns.add(column.name, checkWindow(column, scope, place), place)
  })
  return columns.finish()
}

function limitColumns(node: LimitNode, scope: Scope, path: Path | undefined): RelationColumns {
  if (node.count !== undefined) checkRowCount(node.count, within(path, 'count'))
  checkRowCount(node.offset, within(path, 'offset'))
  return scope.columns
}

function checkJoin(node: JoinNode, path: Path | undefined, level: number): Checked {
  if (node.kind !== 'inner' && node.kind !== 'left') {
    throw failure('TYPE_MISMATCH', 'a join is of the kind inner or left', path)
  }
  const left = check(node.left, within(path, 'left'), level + 1)
  const right = check(node.right, within(path, 'right'), level + 1)
  const columns = new OutputColumns(path, left.columns)
  for (const [name, column] of right.columns) {
    columns.add(name, node.kind === 'left' ? { ...column, nullable: true } : column, within(path, 'right'))
  }
  const scope: Scope = { columns: columns.finish(), nodes: left.nodes + right.nodes + 1 }
  checkBoolean(node.condition, scope, within(path, 'condition'))
  return { columns: scope.columns, nodes: scope.nodes, depth: Math.max(left.depth, right.depth) + 1 }
}

function addNamed(columns: OutputColumns, column: NamedExpression, scope: Scope, path: Path): void {
  columns.add(column.name, checkExpression(column.expression, scope, within(path, 'expression')), path)
}

function checkBoolean(condition: Expression, scope: Scope, path: Path): void {
  const { type } = checkExpression(condition, scope, path)
  if (type.name !== 'boolean') {
    throw failure('TYPE_MISMATCH', `a condition is a boolean, not ${printType(type)}`, path)
  }
}

function checkRowCount(count: RowCount, path: Path): void {
  const fits =
    typeof count === 'number' ? Number.isSafeInteger(count) && count >= 0 : count.type.name === 'integer'
  if (!fits) throw failure('TYPE_MISMATCH', 'a number of rows is a whole number from 0', path)
}

/** Names under which core carries the identity of rows through a query; users cannot choose them. */
const reserved = /^\$[0-9]+$/

/** Columns of a node under distinct names (WRITE-9). */
class OutputColumns {
  readonly #columns: Map<string, ColumnType>
  readonly #folded: Set<string>
  readonly #path: Path | undefined

  constructor(path: Path | undefined, columns: RelationColumns = new Map()) {
    this.#columns = new Map(columns)
    this.#folded = new Set([...columns.keys()].map((name) => name.toLowerCase()))
    this.#path = path
  }

  add(name: string, column: ColumnType, path: Path): void {
    const problem = typeof name === 'string' && reserved.test(name) ? undefined : nameProblem(name)
    if (problem !== undefined)
      throw failure('INVALID_ARGUMENT', `the column name ${shown(name)} ${problem}`, path)
    const folded = name.toLowerCase()
    if (this.#folded.has(folded)) {
      throw failure(
        'TYPE_MISMATCH',
        `the column name "${name}" is taken (names that differ only in case count as one): choose another in a select`,
        path,
      )
    }
    this.#folded.add(folded)
    this.#columns.set(name, column)
  }

  finish(): RelationColumns {
    if (this.#columns.size === 0) throw failure('TYPE_MISMATCH', 'at least one column is needed', this.#path)
    return this.#columns
  }
}

function shown(name: unknown): string {
  return typeof name === 'string'
    ? JSON.stringify(name.slice(0, 80).toWellFormed())
    : `of type ${typeof name}`
}
