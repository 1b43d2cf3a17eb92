import { isHoldfastError } from '@holdfast/core'
import { columnsOf } from '@holdfast/core/backend'
import type {
  AggregateFunction,
  Expression,
  Relation,
  SortTerm,
  WindowColumn,
  WindowFunction,
} from '@holdfast/core/backend'
import type { Form } from './trial.ts'
import { column, columnOf, samples, scan } from './values.ts'

/** Deviations agree within this relative distance (AGG-6). */
const deviation = 1e-9

const byKey: readonly SortTerm[] = [{ expression: column('id'), direction: 'descending', nulls: 'last' }]

/** Over groups, of each type that the aggregate takes. */
export function aggregateForms(name: AggregateFunction): readonly Form[] {
  return argumentsOf().flatMap(([label, argument]) => {
    const relation: Relation = {
      node: 'aggregate',
      input: scan,
      groups: [{ name: 'kind', expression: column('kind') }],
      aggregates: [
        {
          name: 'answer',
          function: name,
          ...(argument === undefined ? {} : { argument }),
          ...(name === 'quantile' ? { fraction: 0.25 } : {}),
          ...(name === 'first' || name === 'last' ? { orderBy: byKey } : {}),
        },
      ],
    }
    if (!fitsTogether(relation)) return []
    const part: Form['part'] = (node) => node['function'] === name && node['kind'] === undefined
    const within = name === 'standardDeviation' ? { within: deviation } : {}
    return [{ label, what: `${name} of ${label}`, relation, part, ...within }]
  })
}

/** What a window may look at, each with how a note calls it. */
const views: readonly (readonly [label: string, Pick<WindowColumn, 'orderBy' | 'frame'>])[] = [
  ['', { orderBy: byKey }],
  [' over whole partitions', { orderBy: [] }],
  [' over sliding frames', { orderBy: byKey, frame: { start: -1, end: 1 } }],
]

/** In partitions, of each type that the function takes, over each kind of frame that it takes. */
export function windowForms(name: WindowFunction): readonly Form[] {
  return argumentsOf().flatMap(([type, argument]) =>
    views.flatMap(([frame, view]) => {
      const answer: WindowColumn = {
        name: 'answer',
        function: name,
        ...(argument === undefined ? {} : { argument }),
        partitionBy: [column('kind')],
        ...view,
      }
      const relation: Relation = {
        node: 'project',
        input: { node: 'window', input: scan, columns: [answer] },
        columns: ['id', 'answer'].map((output) => ({ name: output, expression: column(output) })),
      }
      if (!fitsTogether(relation)) return []
      const label = `${type}${frame}`
      const part: Form['part'] = (node) => node['function'] === name && node['partitionBy'] !== undefined
      return [{ label, what: `window ${name} of ${label}`, relation, part }]
    }),
  )
}

function argumentsOf(): readonly (readonly [label: string, argument: Expression | undefined])[] {
  return [['rows', undefined], ...samples.map((sample) => [sample.label, columnOf(sample, 'first')] as const)]
}

/** Whether core accepts the relation at all. */
function fitsTogether(relation: Relation): boolean {
  try {
    columnsOf(relation)
    return true
  } catch (error) {
    if (isHoldfastError(error) && error.code === 'TYPE_MISMATCH') return false
    throw error
  }
}
