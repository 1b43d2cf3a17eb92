import { compareLine } from '../figures/compare.ts'
import type { Compared } from '../figures/compare.ts'
import * as format from '../figures/format.ts'
import type { Column, Line } from '../figures/table.ts'
import { axis, bar, claimsOf, scaleOf } from './bars.ts'
import { h } from './element.ts'
import { columnLabel, columnTitle, engineTitle, lineTitle, look } from './names.ts'
import type { Open, Section } from './section.ts'
import type { View } from './state.ts'

/** Every workload with its steps: a table of bars for each. */
export const steps: Section = (view, _change, open) => {
  const workloads = new Map(view.lines.map((line) => [line.workload.name, line.workload]))
  return [...workloads.values()].map((workload, index) =>
    h(
      'section',
      { 'aria-labelledby': `workload-${index}` },
      h('h2', { id: `workload-${index}` }, workload.title),
      workload.description !== '' && h('p', { class: 'note' }, workload.description),
      index === 0 && legend(),
      view.lines.filter((line) => line.workload.name === workload.name).map((line) => step(view, line, open)),
    ),
  )
}

function legend(): HTMLElement {
  const entry = (sample: string, text: string) =>
    h('li', {}, h('span', { class: `sample ${sample}`, 'aria-hidden': 'true' }), text)
  return h(
    'ul',
    { class: 'legend', 'aria-label': 'How to read the bars' },
    entry('holdfast', 'Holdfast'),
    entry('bare', 'bare driver'),
    entry('peer', 'other library'),
    entry('spread', 'fastest run to p95'),
    entry('target', 'target'),
    entry('claim', 'claimed by what it replaces'),
    h('li', {}, 'Scales are logarithmic.'),
  )
}

function step(view: View, line: Line, open: Open): HTMLElement {
  const compared = inOrder(view, [...compareLine(view.table, line, view.columns, view.state).values()])
  const scale = scaleOf(
    view,
    line,
    compared.map(({ cell }) => cell),
  )
  const { measure, baseline } = view.state
  const first = measure.name === 'median' ? 'Median' : measure.title
  const titles = [
    first,
    baseline === 'best' ? 'To best' : 'To bare',
    'p50',
    'p95',
    'p99',
    'Cold',
    'Memory',
    'Added',
    'Held',
    'Disk',
    'Fetched',
  ]
  const seen = new Map<string, Column>()
  return h(
    'article',
    { class: 'step' },
    h('h3', {}, lineTitle(line)),
    goals(line),
    h(
      'table',
      { class: 'bars', role: 'table' },
      h('caption', { class: 'hidden' }, `${lineTitle(line)}: each arm's figures`),
      h(
        'thead',
        { role: 'rowgroup' },
        h(
          'tr',
          { role: 'row' },
          h('th', { scope: 'col', role: 'columnheader' }, 'Arm'),
          h(
            'th',
            { class: 'graph', role: 'columnheader', scope: 'col' },
            h('span', { class: 'hidden' }, 'Bar'),
            axis(scale, measure),
          ),
          titles.map((title) => h('th', { scope: 'col', role: 'columnheader', class: 'number' }, title)),
        ),
      ),
      h(
        'tbody',
        { role: 'rowgroup' },
        compared
          .flatMap(({ cell, ratio }) => {
            const show = () => open(view, cell)
            const head = h(
              'th',
              { scope: 'row', role: 'rowheader' },
              h(
                'button',
                {
                  type: 'button',
                  class: 'open',
                  'aria-haspopup': 'dialog',
                  onclick: show,
                },
                columnLabel(cell.column),
                h('span', { class: 'hidden' }, ': code, SQL, plan and all runs'),
              ),
            )
            const row = cell.figures
              ? [
                  h('td', { role: 'cell', class: 'graph', onclick: show }, bar(view, line, cell, scale)),
                  ...numbers(view, cell.figures, ratio).map((text, index) => {
                    const title = titles[index] ?? ''
                    return h(
                      'td',
                      { role: 'cell', class: index < 2 ? 'number main' : 'number', 'data-title': title },
                      text,
                    )
                  }),
                ]
              : [
                  h(
                    'td',
                    { role: 'cell', class: 'reason', colspan: titles.length + 1, onclick: show },
                    h('strong', {}, 'No figure.'),
                    ' ',
                    cell.reason,
                  ),
                ]
            return [
              h('tr', { role: 'row', class: 'cell', ...look(cell.column) }, head, row),
              cell.figures && code(cell.figures.code, cell.column, seen, titles.length + 2, show),
            ]
          })
          .filter((row) => row !== null),
      ),
    ),
  )
}

/** The best first; beside the bare driver each engine's arms stay together, the driver first. */
function inOrder({ state: { baseline, measure } }: View, compared: readonly Compared[]): readonly Compared[] {
  const value = ({ cell: { figures } }: Compared) => (figures && measure.of(figures)) ?? Number.MAX_VALUE
  const engines = [...new Set(compared.map(({ cell }) => cell.column.engine))]
  const group = ({ cell: { column } }: Compared) =>
    baseline === 'best' ? 0 : engines.indexOf(column.engine) * 2 + (column.kind === 'bare' ? 0 : 1)
  return [...compared].sort((left, right) => group(left) - group(right) || value(left) - value(right))
}

function numbers(
  { state: { measure } }: View,
  figures: NonNullable<Compared['cell']['figures']>,
  ratio: number | undefined,
): readonly string[] {
  const value = measure.of(figures)
  const { latency, cold, peakMemory, growth, longestHold, diskSize, rowsFetched } = figures
  return [
    value === null ? '–' : measure.format(value),
    ratio === undefined ? '–' : format.ratio(ratio),
    ...[latency.p50, latency.p95, latency.p99, cold].map(format.time),
    format.size(peakMemory),
    growth === undefined ? '–' : format.size(growth),
    longestHold === undefined ? '–' : format.time(longestHold),
    diskSize === null ? '–' : format.size(diskSize),
    rowsFetched === null ? '–' : format.count(rowsFetched),
  ]
}

function goals(line: Line): HTMLElement | undefined {
  const list = (values: Readonly<Record<string, number | undefined>>, unit: (value: number) => string) =>
    Object.entries(values)
      .flatMap(([engine, value]) => (value === undefined ? [] : `${engineTitle(engine)} ${unit(value)}`))
      .join(', ')
  const target = list(line.step.targets ?? {}, format.ratio)
  const claim = list(claimsOf(line), (seconds) => format.time(seconds * 1000))
  const growth = list(line.step.limits?.growth ?? {}, format.size)
  const hold = list(line.step.limits?.longestHold ?? {}, format.time)
  if (!target && !claim && !growth && !hold) return undefined
  return h(
    'p',
    { class: 'goals' },
    target && h('span', {}, h('b', {}, 'Target, to the bare driver: '), target),
    growth && h('span', {}, h('b', {}, 'Memory added, at most: '), growth),
    hold && h('span', {}, h('b', {}, 'Event loop held, at most: '), hold),
    claim && h('span', {}, h('b', {}, 'Claimed by what it replaces: '), claim),
  )
}

/** What is written the same for several engines is printed once: that it is the same is the point. */
function code(
  text: string,
  column: Column,
  seen: Map<string, Column>,
  width: number,
  show: () => void,
): HTMLElement | null {
  if (text === '') return null
  const before = seen.get(text)
  if (!before) seen.set(text, column)
  return h(
    'tr',
    { role: 'row', class: 'code' },
    h(
      'td',
      { role: 'cell', colspan: width, onclick: show },
      before ? h('p', {}, `The same code as ${columnTitle(before)}.`) : h('pre', {}, h('code', {}, text)),
    ),
  )
}
