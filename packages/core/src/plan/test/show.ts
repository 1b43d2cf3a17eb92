import type { Expression } from '../../expression/types.js'
import type { NamedExpression, Relation, RowCount, SortTerm } from '../../relation/types.js'

/** A relation as a line of text that a person can read. */
export function show(relation: Relation): string {
  switch (relation.node) {
    case 'scan':
      return relation.table.name
    case 'filter':
      return `filter[${showExpression(relation.condition)}](${show(relation.input)})`
    case 'project':
      return `project[${showNamed(relation.columns)}](${show(relation.input)})`
    case 'sort':
      return `sort[${showTerms(relation.terms)}](${show(relation.input)})`
    case 'limit':
      return `limit[${showCount(relation.offset)}, ${showCount(relation.count)}](${show(relation.input)})`
    case 'distinct':
      return `distinct(${show(relation.input)})`
    case 'join':
      return `${relation.kind}[${showExpression(relation.condition)}](${show(relation.left)}, ${show(relation.right)})`
    case 'aggregate': {
      const aggregates = relation.aggregates.map(({ name, function: own, argument, orderBy }) => {
        const order = orderBy === undefined ? '' : ` by ${showTerms(orderBy)}`
        return `${own}(${argument === undefined ? '' : showExpression(argument)}${order}) as ${name}`
      })
      return `aggregate[${[showNamed(relation.groups), ...aggregates].join('; ')}](${show(relation.input)})`
    }
    case 'window': {
      const columns = relation.columns.map(({ name, function: own, orderBy, frame }) => {
        const rows = frame === undefined ? '' : ` rows ${frame.start ?? ''}..${frame.end ?? ''}`
        return `${own} by ${showTerms(orderBy)}${rows} as ${name}`
      })
      return `window[${columns.join('; ')}](${show(relation.input)})`
    }
  }
}

function showNamed(columns: readonly NamedExpression[]): string {
  return columns
    .map(({ name, expression }) => {
      const meaning = showExpression(expression)
      return meaning === name ? name : `${meaning} as ${name}`
    })
    .join(', ')
}

function showTerms(terms: readonly SortTerm[]): string {
  return terms
    .map(
      ({ expression, direction }) =>
        `${showExpression(expression)}${direction === 'descending' ? ' desc' : ''}`,
    )
    .join(', ')
}

function showCount(count: RowCount | undefined): string {
  return count === undefined ? '' : typeof count === 'number' ? String(count) : `?${count.index}`
}

function showExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'column':
      return expression.name
    case 'literal':
      return String(expression.value)
    case 'list':
      return `{${expression.values.join(', ')}}`
    case 'parameter':
      return `?${expression.index}`
    case 'call':
      return `${expression.function}(${expression.arguments.map(showExpression).join(', ')})`
  }
}
