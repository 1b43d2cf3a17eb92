import type {
  DeleteWhere,
  Expression,
  Parameters,
  Relation,
  StoredRow,
  UpdateWhere,
  WindowColumn,
} from '@holdfast/core/backend'
import { compileCondition, compileRowExpression, columnsOfTable, keyOfRow } from '@holdfast/core/backend'
import type { Engine, Scan, TableDefinition } from '@holdfast/core/backend'
import { sqliteInMemory, taking } from '../bases.ts'
import { broken, contents, runs } from '../defects.ts'
import { mutant } from '../mutant.ts'
import type { Mutant, MutantFamily } from '../mutant.ts'
import { changing, mapNodes, swap } from '../relations.ts'

/** SQLite, given other queries than those it took. */
function inSql(name: string, breaks: string, change: (relation: Relation) => Relation): Mutant {
  return mutant(name, breaks, () => {
    const known = new WeakMap<Relation, Relation>()
    return sqliteInMemory((engine) => ({
      run: (relation: Relation, parameters: Parameters, options: never) => {
        let changed = known.get(relation)
        if (changed === undefined) known.set(relation, (changed = mapNodes(relation, change)))
        return engine.run!(changed, parameters, options)
      },
    }))
  })
}

const firstConjunct = (condition: Expression): Expression =>
  condition.kind === 'call' && condition.function === 'and' ? condition.arguments[0]! : condition

const withoutFrame = ({ frame: _frame, ...column }: WindowColumn): WindowColumn => column

const noFilter = changing('filter', (node) => node.input)

interface Matching {
  readonly rows: readonly StoredRow[]
  readonly keyOf: (row: StoredRow) => readonly StoredRow[string][]
}

async function matching(
  engine: Engine,
  table: TableDefinition,
  condition: Expression | undefined,
  parameters: Parameters,
): Promise<Matching> {
  const passes = condition === undefined ? () => true : compileCondition(condition, columnsOfTable(table))
  const rows = await contents(engine, table)
  return { rows: rows.filter((row) => passes(row, parameters)), keyOf: keyOfRow(table) }
}

/** An engine that takes writes by condition, over the least engine. */
function byCondition(
  name: string,
  breaks: string,
  spoil: {
    readonly condition?: (request: UpdateWhere | DeleteWhere) => Expression | undefined
    readonly set?: (set: StoredRow, row: StoredRow) => StoredRow
    readonly oneByOne?: boolean
    readonly count?: (count: number) => number
  },
): Mutant {
  const conditionOf = spoil.condition ?? ((request) => request.condition)
  const countOf = spoil.count ?? ((count) => count)
  return mutant(name, breaks, () =>
    taking((engine) => ({
      updateWhere: async (request: UpdateWhere, parameters: Parameters) => {
        const { table, set } = request
        const { rows, keyOf } = await matching(engine, table, conditionOf(request), parameters)
        const compiled = set.map(({ name: column, expression }) => {
          return { column, evaluate: compileRowExpression(expression, columnsOfTable(table)) }
        })
        const patches = rows.map((row) => {
          const changed: StoredRow = {}
          for (const { column, evaluate } of compiled) {
            const source = spoil.oneByOne === true ? { ...row, ...changed } : row
            changed[column] = evaluate(source, parameters)
          }
          return { key: keyOf(row), set: spoil.set?.(changed, row) ?? changed }
        })
        const { counts } = await engine.write({ changes: [{ kind: 'patch', table, patches }] })
        return countOf(counts[0] ?? 0)
      },
      deleteWhere: async (request: DeleteWhere, parameters: Parameters) => {
        const { table } = request
        const { rows, keyOf } = await matching(engine, table, conditionOf(request), parameters)
        const keys = rows.map((row) => ({ key: keyOf(row) }))
        const { counts } = await engine.write({ changes: [{ kind: 'delete', table, keys }] })
        return countOf(counts[0] ?? 0)
      },
    })),
  )
}

/** The same engine without a defect, so that the defect alone is what the others die of. */
export const writesByCondition = byCondition('writes by condition', '', {})

export const pushdown: MutantFamily = {
  family: 'pushdown lies',
  mutants: [
    runs('takes a filter and does nothing', 'types/boundaries', noFilter),
    runs(
      'filters by the first of several conditions',
      'queries/evaluator',
      changing('filter', (node) => ({ ...node, condition: firstConjunct(node.condition) })),
    ),
    mutant('says superset and drops rows', 'facts/nulls', () =>
      taking((_engine, run) => ({
        takes: (relation: Relation) => (relation.node === 'filter' ? 'superset' : 'exact'),
        run: (relation: Relation, parameters: Parameters) =>
          run(mapNodes(relation, swap('isDistinctFrom', 'notEqual')), parameters),
      })),
    ),
    runs(
      'takes distinct and does nothing',
      'facts/relations',
      changing('distinct', (node) => node.input),
    ),
    runs(
      'joins inner only',
      'facts/relations',
      changing('join', (node) => ({ ...node, kind: 'inner' })),
    ),
    runs(
      'joins by the first of several conditions',
      'queries/evaluator',
      changing('join', (node) => ({ ...node, condition: firstConjunct(node.condition) })),
    ),
    runs(
      'groups by the first of several expressions',
      'queries/evaluator',
      changing('aggregate', (node) =>
        node.groups.length < 2
          ? node
          : {
              ...node,
              groups: node.groups.slice(0, 1),
              aggregates: [
                ...node.groups.slice(1).map(({ name, expression }) => {
                  return { name, function: 'minimum' as const, argument: expression }
                }),
                ...node.aggregates,
              ],
            },
      ),
    ),
    runs(
      'ranks densely',
      'facts/relations',
      changing('window', (node) => ({
        ...node,
        columns: node.columns.map((column) =>
          column.function === 'rank' ? { ...column, function: 'denseRank' as const } : column,
        ),
      })),
    ),
    runs(
      'knows no frame',
      'facts/relations',
      changing('window', (node) => ({ ...node, columns: node.columns.map(withoutFrame) })),
    ),
    runs(
      'knows no partition',
      'facts/relations',
      changing('window', (node) => ({
        ...node,
        columns: node.columns.map((column) => ({ ...column, partitionBy: [] })),
      })),
    ),
    mutant('runs a query again with the values of the first time', 'queries/variations', () =>
      taking((_engine, run) => {
        const first = new WeakMap<Relation, Parameters>()
        return {
          run: (relation: Relation, parameters: Parameters) => {
            if (!first.has(relation)) first.set(relation, parameters)
            return run(relation, first.get(relation)!)
          },
        }
      }),
    ),
    mutant('remembers the answer to a query', 'types/boundaries', () =>
      taking((_engine, run) => {
        const known = new WeakMap<Relation, Promise<StoredRow[]>>()
        return {
          run: async function* (relation: Relation, parameters: Parameters) {
            let answer = known.get(relation)
            if (answer === undefined) {
              answer = Array.fromAsync(run(relation, parameters)).then((batches) => batches.flat())
              known.set(relation, answer)
            }
            const rows = (await answer).map((row) => ({ ...row }))
            if (rows.length > 0) yield rows
          },
        }
      }),
    ),
    broken('gives columns that were not asked for', 'queries/scans', (engine) => ({
      scan: (request: Scan) =>
        engine.scan({ ...request, columns: request.table.columns.map(({ name }) => name) }),
    })),
    broken('hands out its own rows', 'types/boundaries', (engine) => {
      const kept = new Map<string, StoredRow[]>()
      return {
        scan: async function* (request: Scan) {
          const rows = await contentsOf(engine, request)
          const known = kept.get(request.table.name)
          const same = known !== undefined && known.length === rows.length
          if (!same) kept.set(request.table.name, rows)
          const given = same && request.keys === undefined ? known : rows
          if (given.length > 0) yield given
        },
      }
    }),
    byCondition('updates every row whatever the condition', 'writes/where', { condition: () => undefined }),
    byCondition('updates by the first of several conditions', 'writes/where', {
      condition: ({ condition }) => condition && firstConjunct(condition),
    }),
    byCondition('sees what it has just set while it updates a row', 'writes/where', { oneByOne: true }),
    byCondition('does not set null when it updates', 'writes/where', {
      set: (set) => Object.fromEntries(Object.entries(set).filter(([, value]) => value !== null)),
    }),
    byCondition('counts to 0 when it changes by condition', 'writes/where', { count: () => 0 }),
    inSql('takes a filter in SQL and does nothing', 'types/boundaries', noFilter),
    inSql(
      'sorts nulls first in SQL',
      'facts/relations',
      changing('sort', (node) => ({
        ...node,
        terms: node.terms.map((term) => ({ ...term, nulls: 'first' })),
      })),
    ),
    inSql(
      'forgets in SQL that a join is a left one',
      'facts/relations',
      changing('join', (node) => ({ ...node, kind: 'inner' })),
    ),
    inSql('adds in SQL where it should subtract', 'facts/numbers', swap('subtract', 'add')),
  ],
}

async function contentsOf(engine: Engine, request: Scan): Promise<StoredRow[]> {
  return (await Array.fromAsync(engine.scan(request))).flat()
}
