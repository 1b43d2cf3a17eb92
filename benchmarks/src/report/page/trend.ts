import type { EngineRecord } from '../../contract/record.ts'
import { compareLine } from '../figures/compare.ts'
import * as format from '../figures/format.ts'
import { geometricMean } from '../figures/ratios.ts'
import { runsOf, tableOf } from '../figures/table.ts'
import { course } from './drawings.ts'
import { h } from './element.ts'
import { engineTitle, look } from './names.ts'
import type { Section } from './section.ts'
import type { State, View } from './state.ts'

/** How each engine's ratio to its bare driver went from run to run; nothing where no engine has two runs. */
export const trend: Section = (view) => {
  const courses = [...view.state.runs.values()]
    .filter(({ engine }) => !view.state.hiddenEngines.has(engine))
    .flatMap((record) => courseOf(view, record) ?? [])
  if (courses.length === 0) return []
  return [
    h(
      'section',
      { 'aria-labelledby': 'trend-title' },
      h('h2', { id: 'trend-title' }, 'From run to run'),
      h(
        'p',
        { class: 'note' },
        'Holdfast over the bare driver of the same run: the geometric mean of the steps shown that all runs have. ',
        'Less is better.',
      ),
      h(
        'ul',
        { class: 'runs' },
        courses.map(({ engine, points, steps }) =>
          h(
            'li',
            {},
            h(
              'figure',
              { class: 'run', ...look({ engine, kind: 'holdfast' }) },
              h('figcaption', {}, h('span', { class: 'mark', 'aria-hidden': 'true' }), engineTitle(engine)),
              course(points, format.ratio, `${engineTitle(engine)}: ${spoken(points)}`),
              h(
                'p',
                { class: 'ends' },
                `${spoken([points[0], points.at(-1)].filter((each) => each !== undefined))}; ${steps} steps`,
              ),
            ),
          ),
        ),
      ),
    ),
  ]
}

interface Course {
  readonly engine: string
  readonly points: readonly Point[]
  readonly steps: number
}

interface Point {
  readonly title: string
  readonly value: number
}

const spoken = (points: readonly Point[]) =>
  points.map(({ title, value }) => `${title}: ${format.ratio(value)}`).join(', ')

/** Of the steps for which every run on the machine of the shown one has both figures. */
function courseOf({ state, lines }: View, shown: EngineRecord): Course | undefined {
  const keys = new Set(lines.map(({ key }) => key))
  const runs = runsOf(state.data.records, shown.engine)
    .filter(({ machine }) => machine.id === shown.machine.id)
    .toReversed()
    .map((record) => ({ record, ratios: ratiosOf(record, state) }))
    .filter(({ ratios }) => ratios.size > 0)
  const common = [...keys].filter((key) => runs.every(({ ratios }) => ratios.has(key)))
  const points = runs.flatMap(({ record, ratios }) => {
    const value = geometricMean(common.flatMap((key) => ratios.get(key) ?? []))
    return value === undefined ? [] : { title: format.date(record.date), value }
  })
  return points.length < 2 ? undefined : { engine: shown.engine, points, steps: common.length }
}

function ratiosOf(record: EngineRecord, { data, measure }: State): ReadonlyMap<string, number> {
  const table = tableOf([record], data.workloads)
  const own = table.columns.filter(({ kind }) => kind === 'holdfast').slice(0, 1)
  const comparison = { baseline: 'bare', measure, countMissing: false } as const
  return new Map(
    table.lines.flatMap((line) =>
      [...compareLine(table, line, own, comparison).values()].flatMap(({ ratio }) =>
        ratio === undefined ? [] : [[line.key, ratio] as const],
      ),
    ),
  )
}
