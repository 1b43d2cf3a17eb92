import type { Expression } from '../expression/types.js'

/** The condition that is true when all parts are; at least one. */
export function conjunction(conjuncts: readonly Expression[]): Expression {
  const [first] = conjuncts
  return conjuncts.length === 1 && first !== undefined
    ? first
    : { kind: 'call', function: 'and', arguments: conjuncts }
}

/** Calls back for every column that an expression reads, as often as it does. */
export function eachColumn(expression: Expression, visit: (name: string) => void): void {
  if (expression.kind === 'column') visit(expression.name)
  else if (expression.kind === 'call')
    for (const argument of expression.arguments) eachColumn(argument, visit)
}

/** Whether an expression reads only columns for which `test` holds; constants do. */
export function readsOnly(expression: Expression, test: (name: string) => boolean): boolean {
  let only = true
  eachColumn(expression, (name) => {
    only &&= test(name)
  })
  return only
}
