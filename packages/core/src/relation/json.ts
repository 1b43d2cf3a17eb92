import { HoldfastError } from '../backend/errors.js'
import {
  copyData,
  invalid,
  itemsOf,
  oneOf,
  optional,
  propertiesOf,
  tagOf,
  textOf,
  wholeNumberOf,
} from '../expression/json-reader.js'
import { expressionToJson, nameOf, readExpression } from '../expression/json.js'
import type { JsonOptions, Reading } from '../expression/json.js'
import { checkNodes, checkRelationDepth } from '../expression/limits.js'
import { nested, within } from '../expression/path.js'
import type { Path } from '../expression/path.js'
import type { Expression } from '../expression/types.js'
import { definitionFromJson, definitionToJson } from '../schema/json.js'
import type { TableDefinition } from '../schema/types.js'
import { aggregateFunctions, windowFunctions } from './aggregates.js'
import { columnsOf } from './columns-of.js'
import type {
  AggregateColumn,
  NamedExpression,
  Relation,
  RowCount,
  SortTerm,
  WindowColumn,
  WindowFrame,
} from './types.js'

/**
 * A relation as data that `JSON.stringify` keeps whole: tables with their definitions, values exactly, by their types.
 *
 * @param relation one that `columnsOf` accepts
 * @throws HoldfastError `UNSUPPORTED` for one that reads a file
 */
export function relationToJson(relation: Relation): object {
  switch (relation.node) {
    case 'scan':
      if (relation.table.file !== undefined) throw noJson(relation.table)
      return { ...relation, table: definitionToJson(relation.table) }
    case 'filter':
      return { ...inputToJson(relation), condition: expressionToJson(relation.condition) }
    case 'project':
      return { ...inputToJson(relation), columns: relation.columns.map(namedToJson) }
    case 'aggregate': {
      const { groups, aggregates } = relation
      return {
        ...inputToJson(relation),
        groups: groups.map(namedToJson),
        aggregates: aggregates.map(aggregateToJson),
      }
    }
    case 'sort':
      return { ...inputToJson(relation), terms: relation.terms.map(termToJson) }
    case 'limit':
    case 'distinct':
      return inputToJson(relation)
    case 'join': {
      const { left, right, condition } = relation
      const sides = { left: relationToJson(left), right: relationToJson(right) }
      return { ...relation, ...sides, condition: expressionToJson(condition) }
    }
    case 'window':
      return { ...inputToJson(relation), columns: relation.columns.map(windowToJson) }
  }
}

/** Else whoever may write the JSON of a query could name any file. */
function noJson({ name }: TableDefinition): HoldfastError {
  return new HoldfastError(
    'UNSUPPORTED',
    `The query reads the file "${name}", and queries of files have no JSON: build it where it is run.`,
  )
}

const inputToJson = <Node extends Relation & { readonly input: Relation }>(node: Node) => ({
  ...node,
  input: relationToJson(node.input),
})
const namedToJson = (column: NamedExpression) => ({
  ...column,
  expression: expressionToJson(column.expression),
})
const termToJson = (term: SortTerm) => ({ ...term, expression: expressionToJson(term.expression) })

function argumentToJson(column: AggregateColumn | WindowColumn): object {
  return column.argument === undefined ? {} : { argument: expressionToJson(column.argument) }
}

function aggregateToJson(column: AggregateColumn): object {
  const order = column.orderBy === undefined ? {} : { orderBy: column.orderBy.map(termToJson) }
  return { ...column, ...argumentToJson(column), ...order }
}

function windowToJson(column: WindowColumn): object {
  const { partitionBy, orderBy } = column
  return {
    ...column,
    ...argumentToJson(column),
    partitionBy: partitionBy.map(expressionToJson),
    orderBy: orderBy.map(termToJson),
  }
}

/**
 * Reads what `relationToJson` wrote, after `JSON.parse`, and type-checks it. The result is frozen and shares nothing with
 * the input.
 *
 * @throws HoldfastError `INVALID_ARGUMENT`, `TYPE_MISMATCH`, `UNKNOWN_COLUMN`, `LIMIT_EXCEEDED`, with the path in the tree
 */
export function relationFromJson(json: unknown, options: JsonOptions = {}): Relation {
  const data = copyData(json, 'the relation', undefined)
  const relation = readRelation(data, { planned: options.planned === true, nodes: 0 }, undefined, 1)
  columnsOf(relation)
  return relation
}

type Read<Node extends Relation['node']> = (
  data: unknown,
  reading: Reading,
  path: Path | undefined,
  level: number,
) => Omit<Extract<Relation, { readonly node: Node }>, 'node'>

function readRelation(data: unknown, reading: Reading, path: Path | undefined, level: number): Relation {
  checkRelationDepth(level, path)
  checkNodes(++reading.nodes, path)
  const node = tagOf(data, 'node', nodeNames, path)
  return Object.freeze({ node, ...readers[node](data, reading, path, level) } as Relation)
}

const readers: { readonly [Node in Relation['node']]: Read<Node> } = {
  scan(data, _reading, path) {
    const { table, database } = propertiesOf(data, ['node', 'table', 'database'], path)
    return {
      table: readTable(table, within(path, 'table')),
      database: textOf(database, within(path, 'database')),
    }
  },
  filter(data, reading, path, level) {
    const properties = propertiesOf(data, ['node', 'input', 'condition'], path)
    return {
      input: readInput(properties, 'input', reading, path, level),
      condition: readExpression(properties.condition, reading, within(path, 'condition')),
    }
  },
  project(data, reading, path, level) {
    const properties = propertiesOf(data, ['node', 'input', 'columns'], path)
    return {
      input: readInput(properties, 'input', reading, path, level),
      columns: itemsOf(properties.columns, within(path, 'columns'), (item, place) =>
        readNamed(item, reading, place),
      ),
    }
  },
  aggregate(data, reading, path, level) {
    const properties = propertiesOf(data, ['node', 'input', 'groups', 'aggregates'], path)
    return {
      input: readInput(properties, 'input', reading, path, level),
      groups: itemsOf(properties.groups, within(path, 'groups'), (item, place) =>
        readNamed(item, reading, place),
      ),
      aggregates: itemsOf(properties.aggregates, within(path, 'aggregates'), (item, place) =>
        readAggregate(item, reading, place),
      ),
    }
  },
  sort(data, reading, path, level) {
    const properties = propertiesOf(data, ['node', 'input', 'terms'], path)
    return {
      input: readInput(properties, 'input', reading, path, level),
      terms: readTerms(properties.terms, reading, within(path, 'terms')),
    }
  },
  limit(data, reading, path, level) {
    const properties = propertiesOf(data, ['node', 'input', 'count', 'offset'], path)
    const readRows = (count: unknown, place: Path) => readRowCount(count, reading, place)
    return {
      input: readInput(properties, 'input', reading, path, level),
      ...optional(properties, 'count', path, readRows),
      offset: readRows(properties.offset, within(path, 'offset')),
    }
  },
  distinct(data, reading, path, level) {
    return { input: readInput(propertiesOf(data, ['node', 'input'], path), 'input', reading, path, level) }
  },
  join(data, reading, path, level) {
    const properties = propertiesOf(data, ['node', 'kind', 'left', 'right', 'condition'], path)
    return {
      kind: oneOf(properties.kind, ['inner', 'left'], within(path, 'kind')),
      left: readInput(properties, 'left', reading, path, level),
      right: readInput(properties, 'right', reading, path, level),
      condition: readExpression(properties.condition, reading, within(path, 'condition')),
    }
  },
  window(data, reading, path, level) {
    const properties = propertiesOf(data, ['node', 'input', 'columns'], path)
    return {
      input: readInput(properties, 'input', reading, path, level),
      columns: itemsOf(properties.columns, within(path, 'columns'), (item, place) =>
        readWindow(item, reading, place),
      ),
    }
  },
}

const nodeNames = Object.keys(readers) as Relation['node'][]

function readInput(
  properties: Readonly<Record<string, unknown>>,
  side: 'input' | 'left' | 'right',
  reading: Reading,
  path: Path | undefined,
  level: number,
): Relation {
  return readRelation(properties[side], reading, within(path, side), level + 1)
}

function readTable(data: unknown, path: Path): TableDefinition {
  try {
    return definitionFromJson(data)
  } catch (error) {
    throw nested(error, path)
  }
}

function readNamed(data: unknown, reading: Reading, path: Path): NamedExpression {
  const { name, expression } = propertiesOf(data, ['name', 'expression'], path)
  return Object.freeze({
    name: nameOf(name, reading, within(path, 'name')),
    expression: readExpression(expression, reading, within(path, 'expression')),
  })
}

function readAggregate(data: unknown, reading: Reading, path: Path): AggregateColumn {
  const properties = propertiesOf(data, ['name', 'function', 'argument', 'fraction', 'orderBy'], path)
  return Object.freeze({
    name: nameOf(properties.name, reading, within(path, 'name')),
    function: oneOf(properties.function, aggregateFunctions, within(path, 'function')),
    ...optional(properties, 'argument', path, (argument, place) => readExpression(argument, reading, place)),
    ...optional(properties, 'fraction', path, numberOf),
    ...optional(properties, 'orderBy', path, (terms, place) => readTerms(terms, reading, place)),
  })
}

function readWindow(data: unknown, reading: Reading, path: Path): WindowColumn {
  const properties = propertiesOf(data, windowProperties, path)
  return Object.freeze({
    name: nameOf(properties.name, reading, within(path, 'name')),
    function: oneOf(properties.function, windowFunctions, within(path, 'function')),
    ...optional(properties, 'argument', path, (argument, place) => readExpression(argument, reading, place)),
    ...optional(properties, 'offset', path, (offset, place) => wholeNumberOf(offset, 1, place)),
    partitionBy: itemsOf(properties.partitionBy, within(path, 'partitionBy'), (item, place) =>
      readExpression(item, reading, place),
    ),
    orderBy: readTerms(properties.orderBy, reading, within(path, 'orderBy')),
    ...optional(properties, 'frame', path, readFrame),
  })
}

const windowProperties = ['name', 'function', 'argument', 'offset', 'partitionBy', 'orderBy', 'frame']

function readFrame(data: unknown, path: Path): WindowFrame {
  const properties = propertiesOf(data, ['start', 'end'], path)
  const bound = (value: unknown, place: Path) => wholeNumberOf(value, Number.MIN_SAFE_INTEGER, place)
  return Object.freeze({
    ...optional(properties, 'start', path, bound),
    ...optional(properties, 'end', path, bound),
  })
}

function readTerms(data: unknown, reading: Reading, path: Path): readonly SortTerm[] {
  return itemsOf(data, path, (item, place) => {
    const { expression, direction, nulls } = propertiesOf(item, ['expression', 'direction', 'nulls'], place)
    return Object.freeze({
      expression: readExpression(expression, reading, within(place, 'expression')),
      direction: oneOf(direction, ['ascending', 'descending'], within(place, 'direction')),
      nulls: oneOf(nulls, ['first', 'last'], within(place, 'nulls')),
    })
  })
}

function readRowCount(data: unknown, reading: Reading, path: Path): RowCount {
  if (typeof data !== 'object' || data === null) return wholeNumberOf(data, 0, path)
  const parameter: Expression = readExpression(data, reading, path)
  if (parameter.kind === 'parameter') return parameter
  throw invalid('a whole number is wanted', path)
}

function numberOf(data: unknown, path: Path): number {
  if (typeof data === 'number') return data + 0
  throw invalid('a number is wanted', path)
}
