import type { Expression, Relation, TableDefinition } from '@holdfast/core/backend'
import { isKeyOrder } from '@holdfast/sql'

/** Some columns of all rows of a table in the order of its key. */
export interface WholeTable {
  readonly table: TableDefinition
  readonly columns: readonly string[]
}

/** What a relation reads if it is no more than that; undefined for every other one. */
export function wholeTableOf(relation: Relation): WholeTable | undefined {
  let columns: readonly string[] | undefined
  for (let node = relation; ; node = node.input) {
    switch (node.node) {
      case 'scan': {
        const names = columns ?? node.table.columns.map(({ name }) => name)
        return { table: node.table, columns: names }
      }
      case 'sort':
        if (!isInKeyOrder(node)) return undefined
        break
      case 'project': {
        const isPlain = node.columns.every(({ name, expression }) => isColumn(expression, name))
        if (!isPlain) return undefined
        columns ??= node.columns.map(({ name }) => name)
        break
      }
      default:
        return undefined
    }
  }
}

function isInKeyOrder({ input, terms }: Extract<Relation, { readonly node: 'sort' }>): boolean {
  const table = tableOf(input)
  return table !== undefined && isKeyOrder(terms, table)
}

function isColumn(expression: Expression, name: string): boolean {
  return expression.kind === 'column' && expression.name === name
}

function tableOf(relation: Relation): TableDefinition | undefined {
  if (relation.node === 'scan') return relation.table
  return relation.node === 'project' ? tableOf(relation.input) : undefined
}
