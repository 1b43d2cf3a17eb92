import type { Relation, TableDefinition } from '@holdfast/core/backend'

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
        if (!isKeyOrder(node.terms, tableOf(node.input)?.primaryKey)) return undefined
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

type SortTerms = Extract<Relation, { readonly node: 'sort' }>['terms']

function isKeyOrder(terms: SortTerms, key: readonly string[] | undefined): boolean {
  return (
    key !== undefined &&
    terms.length === key.length &&
    terms.every(
      ({ expression, direction }, index) => direction === 'ascending' && isColumn(expression, key[index]!),
    )
  )
}

function isColumn(expression: SortTerms[number]['expression'], name: string): boolean {
  return expression.kind === 'column' && expression.name === name
}

function tableOf(relation: Relation): TableDefinition | undefined {
  if (relation.node === 'scan') return relation.table
  return relation.node === 'project' ? tableOf(relation.input) : undefined
}
