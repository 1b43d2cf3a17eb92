import type { Expression } from '../../expression/types.js'
import type { TableDefinition } from '../../schema/types.js'
import { userRow } from '../user-row.js'
import { printValue } from '../report/print.js'
import { describeExpression } from '../report/relation.js'
import { printDefinition } from '../report/script.js'
import { indent } from '../report/print.js'
import type { History } from './generator.js'
import type { Operation } from './operations.js'
import { userKey } from './real.js'

/** A history as a program. */
export function printHistory({ definition, operations }: History): string {
  const checks = definition.checks.map(
    ({ name, condition }) => `// check ${name}: ${describeExpression(condition)}`,
  )
  const lines = operations.map((operation) => `await ${printOperation(definition, operation)}`)
  return [printDefinition(definition), ...checks, `await db.ensure(${definition.name})`, ...lines].join('\n')
}

/** One operation as a call of the public API; conditions and computed values in words. */
export function printOperation(definition: TableDefinition, operation: Operation, verbs = 'db'): string {
  const table = `${verbs}.table(${definition.name})`
  const rows = (values: readonly Parameters<typeof userRow>[1][]): string =>
    `[${values.map((row) => printValue(userRow(definition, row))).join(', ')}]`
  const key = (value: Parameters<typeof userKey>[1]): string => printValue(userKey(definition, value))
  const version = (value: number | undefined): string =>
    value === undefined ? '' : `, { version: ${value} }`
  const where = (condition: Expression): string => `${table}.where(/* ${describeExpression(condition)} */)`
  switch (operation.kind) {
    case 'insert':
      return `${table}.insert(${rows(operation.rows)}, { onConflict: '${operation.onConflict}' })`
    case 'put':
      return `${table}.put(${rows(operation.rows)})`
    case 'patch':
      return `${table}.patch(${key(operation.key)}, ${printValue(userRow(definition, operation.set))}${version(operation.version)})`
    case 'patchMany': {
      const patches = operation.patches.map((patch) => {
        const expected = patch.version === undefined ? '' : `, version: ${patch.version}`
        return `{ key: ${key(patch.key)}, set: ${printValue(userRow(definition, patch.set))}${expected} }`
      })
      return `${table}.patchMany([${patches.join(', ')}])`
    }
    case 'delete':
      return `${table}.delete(${key(operation.key)}${version(operation.version)})`
    case 'deleteMany':
      return `${table}.deleteMany([${operation.keys.map(key).join(', ')}])`
    case 'clear':
      return `${table}.clear()`
    case 'update': {
      const set = operation.set.map(
        ({ name, expression }) => `${name}: /* ${describeExpression(expression)} */`,
      )
      return `${where(operation.condition)}.update({ ${set.join(', ')} })`
    }
    case 'deleteWhere':
      return `${where(operation.condition)}.delete()`
    case 'where':
      return `${where(operation.condition)}.all()`
    case 'read':
      return `${table}.getMany([${operation.keys.map(key).join(', ')}])`
    case 'transaction': {
      const inner = operation.operations.map((step) => `await ${printOperation(definition, step, 'tx')}`)
      const ending = operation.ending === 'throw' ? ['throw new Error()'] : []
      return [`${verbs}.transaction(async (tx) => {`, indent([...inner, ...ending].join('\n'), 2), '})'].join(
        '\n',
      )
    }
    case 'reopen':
      return 'db.close() // and open it again'
  }
}
