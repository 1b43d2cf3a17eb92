import { compareLine, summarize } from '../figures/compare.ts'
import type { Compared, Summary } from '../figures/compare.ts'
import * as format from '../figures/format.ts'
import { logScale } from '../figures/scale.ts'
import type { Column, Line } from '../figures/table.ts'
import { h } from './element.ts'
import { armTitle, columnLabel, columnTitle, engineTitle, kindTitles, lineTitle, look } from './names.ts'
import type { Open, Section } from './section.ts'
import type { View } from './state.ts'

/** The geometric mean of each arm, and the ratios that it is made of. */
export const summary: Section = (view, _change, open) => {
  const { table, lines, columns, state } = view
  const summaries = summarize(table, lines, columns, state).filter(
    ({ counted, missing }) => counted > 0 || missing > 0,
  )
  return [
    h(
      'section',
      { 'aria-labelledby': 'summary-title' },
      h('h2', { id: 'summary-title' }, 'Summary'),
      h('p', { class: 'note' }, explanation(view)),
      summaries.length === 0
        ? h('p', { class: 'note' }, 'Nothing to compare in what is chosen.')
        : [means(summaries), matrix(view, summaries, open)],
    ),
  ]
}

function explanation({ state: { baseline, measure, countMissing } }: View): string {
  const timed = measure.missing > 0
  const what =
    baseline === 'best'
      ? `Each figure over that of the best arm shown, ${timed ? '1 ms' : '1 MiB'} added to both` +
        `${timed ? ', times taken of a whole run' : ''}: 1.00× is the best.`
      : 'Each figure over that of the bare driver of its own engine in the same run: 1.00× is the bare driver, less is better.' +
        ' Steps without a bare driver are left out.'
  const missing = countMissing
    ? `A missing figure counts as twice ${timed ? 'the worst of the step, or twice 300 s if that is more' : 'the worst of the step'}.`
    : 'Missing figures are left out: means of arms that miss some are of fewer steps.'
  return `${measure.title}. ${what} ${missing} The mean is geometric, over the steps that the arm was asked to do.`
}

function means(summaries: readonly Summary[]): HTMLElement {
  const scale = logScale([1, ...summaries.flatMap(({ mean }) => mean ?? [])])
  return h(
    'table',
    { class: 'means', role: 'table' },
    h('caption', { class: 'hidden' }, 'Geometric mean of the ratios of each arm'),
    h(
      'thead',
      { role: 'rowgroup' },
      h(
        'tr',
        { role: 'row' },
        ['Arm', 'Mean', 'Ratio', 'Steps', 'Best in', 'Missing'].map((title) =>
          h('th', { scope: 'col', role: 'columnheader' }, title),
        ),
      ),
    ),
    h(
      'tbody',
      { role: 'rowgroup' },
      summaries.map(({ column, mean, counted, best, missing }) =>
        h(
          'tr',
          { role: 'row', ...look(column) },
          h('th', { scope: 'row', role: 'rowheader' }, columnLabel(column)),
          h(
            'td',
            { role: 'cell', class: 'graph' },
            h(
              'div',
              { class: 'track', 'aria-hidden': 'true' },
              mean !== undefined && h('span', { class: 'bar', '--to': scale.position(mean) }),
              h('span', { class: 'line', '--at': scale.position(1) }),
            ),
          ),
          h('td', { role: 'cell', class: 'number main' }, mean === undefined ? '–' : format.ratio(mean)),
          figure('Steps', counted),
          figure('Best in', best),
          figure('Missing', missing, missing > 0 ? 'number bad' : 'number'),
        ),
      ),
    ),
  )
}

const figure = (title: string, value: number, name = 'number') =>
  h('td', { role: 'cell', class: name, 'data-title': title }, value)

function matrix(view: View, summaries: readonly Summary[], open: Open): HTMLElement {
  const columns = summaries.map(({ column }) => column)
  return h(
    'details',
    { class: 'matrix', open: matchMedia('(min-width: 60rem)').matches },
    h('summary', {}, 'Ratios of every step'),
    h(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Ratios of every step, by arm' },
      h(
        'table',
        {},
        h('caption', { class: 'hidden' }, 'Ratios of every step, by arm, the best arm first'),
        h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Step'), columns.map(heading))),
        h(
          'tbody',
          {},
          view.lines.map((line) => matrixRow(view, line, columns, open)),
        ),
      ),
    ),
  )
}

const heading = (column: Column) =>
  h(
    'th',
    { scope: 'col', ...look(column), title: kindTitles[column.kind] },
    h('span', { class: 'name' }, armTitle(column)),
    h('span', { class: 'engine' }, engineTitle(column.engine)),
  )

function matrixRow(view: View, line: Line, columns: readonly Column[], open: Open): HTMLElement {
  const compared = compareLine(view.table, line, view.columns, view.state)
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, lineTitle(line)),
    columns.map((column) => {
      const cell = compared.get(column)
      return cell
        ? matrixCell(view, cell, open)
        : h('td', { class: 'empty' }, h('span', { class: 'hidden' }, 'not asked'))
    }),
  )
}

function matrixCell(view: View, { cell, ratio }: Compared, open: Open): HTMLElement {
  const text = !cell.figures ? 'none' : ratio === undefined ? '–' : format.ratio(ratio)
  return h(
    'td',
    // Each doubling is one degree of warmth; 16 times and more are as warm as it gets.
    {
      '--heat': ratio === undefined || !cell.figures ? null : Math.min(1, Math.max(0, Math.log2(ratio) / 4)),
      class: cell.figures ? 'heat' : 'heat missing',
    },
    h(
      'button',
      {
        type: 'button',
        'aria-haspopup': 'dialog',
        'aria-label': `${columnTitle(cell.column)}, ${lineTitle(cell.line)}: ${cell.figures ? text : `${text}, ${cell.reason}`}`,
        onclick: () => open(view, cell),
      },
      text,
    ),
  )
}
