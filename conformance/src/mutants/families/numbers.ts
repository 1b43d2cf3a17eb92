import { isHoldfastError } from '@holdfast/core/backend'
import type { Expression, Parameters, Relation } from '@holdfast/core/backend'
import { taking } from '../bases.ts'
import { answers, runs, values } from '../defects.ts'
import { mutant } from '../mutant.ts'
import type { MutantFamily } from '../mutant.ts'
import { callOf, changing, nodesOf, rewriting, swap } from '../relations.ts'

const asDouble = (expression: Expression): Expression => ({
  ...callOf('cast', expression),
  options: { type: { name: 'double' } },
})

export const numbers: MutantFamily = {
  family: 'numbers',
  mutants: [
    values('loses the end of an int64', 'types/boundaries', (value) =>
      typeof value === 'bigint' ? BigInt(Number(value)) : value,
    ),
    values('rounds numbers to 32 bits', 'types/boundaries', (value) =>
      typeof value === 'number' ? Math.fround(value) : value,
    ),
    values('wraps integers at 32 bits', 'types/boundaries', (value, { type }) =>
      type.name === 'integer' ? Number(value) | 0 : value,
    ),
    values('gives numbers for small bigints', 'types/boundaries', (value, { type }) =>
      type.name === 'bigint' && typeof value === 'bigint' && BigInt.asIntN(53, value) === value
        ? Number(value)
        : value,
    ),
    values('gives numbers for booleans', 'types/boundaries', (value) =>
      typeof value === 'boolean' ? Number(value) : value,
    ),
    values('keeps the sign of zero', 'types/boundaries', (value, { type }) =>
      type.name === 'double' && value === 0 ? -0 : value,
    ),
    values('rounds decimals to cents', 'types/boundaries', (value, { type }) =>
      type.name === 'decimal' && type.scale > 2 && typeof value === 'bigint'
        ? value - (value % 10n ** BigInt(type.scale - 2))
        : value,
    ),
    values('loses the smallest doubles', 'types/boundaries', (value, { type }) =>
      type.name === 'double' && typeof value === 'number' && Math.abs(value) < 2.3e-308 ? 0 : value,
    ),
    answers('counts to -1', 'life/catalog', (rows, relation) => {
      const counts = nodesOf(relation)
        .flatMap((node) => (node.node === 'aggregate' ? node.aggregates : []))
        .filter(({ function: name }) => name === 'count')
        .map(({ name }) => name)
      return rows.map((row) => ({
        ...row,
        ...Object.fromEntries(counts.filter((name) => name in row).map((name) => [name, -1])),
      }))
    }),
    runs(
      'gives the least value for the average',
      'facts/relations',
      changing('aggregate', (node) => ({
        ...node,
        aggregates: node.aggregates.map((column) =>
          column.function === 'average' && column.argument !== undefined
            ? { ...column, function: 'minimum', argument: asDouble(column.argument) }
            : column,
        ),
      })),
    ),
    runs(
      'counts rows for values',
      'facts/relations',
      changing('aggregate', (node) => ({
        ...node,
        aggregates: node.aggregates.map((column) =>
          column.function === 'count' ? { name: column.name, function: 'count' } : column,
        ),
      })),
    ),
    runs(
      'counts values that are the same',
      'facts/relations',
      changing('aggregate', (node) => ({
        ...node,
        aggregates: node.aggregates.map((column) =>
          column.function === 'countDistinct' ? { ...column, function: 'count' } : column,
        ),
      })),
    ),
    mutant('gives nothing for a sum that does not fit', 'facts/relations', () =>
      taking((_engine, run) => ({
        run: async function* (relation: Relation, parameters: Parameters) {
          try {
            yield* run(relation, parameters)
          } catch (error) {
            if (!isHoldfastError(error) || error.code !== 'NUMERIC_OVERFLOW') throw error
          }
        },
      })),
    ),
    runs('gives the quotient for the remainder', 'facts/numbers', swap('modulo', 'integerDivide')),
    runs(
      'gives the remainder the sign of the divisor',
      'facts/numbers',
      rewriting('modulo', ({ arguments: [left, right] }) =>
        callOf('modulo', callOf('add', callOf('modulo', left!, right!), right!), right!),
      ),
    ),
    runs('takes less or equal for less', 'facts/text', swap('lessThan', 'lessOrEqual')),
  ],
}
