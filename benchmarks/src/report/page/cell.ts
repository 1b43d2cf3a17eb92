import type { CellRecord } from '../../contract/record.ts'
import * as format from '../figures/format.ts'
import { own, runsOf, tableOf } from '../figures/table.ts'
import type { Cell } from '../figures/table.ts'
import { columns, course } from './drawings.ts'
import { h } from './element.ts'
import type { Child } from './element.ts'
import { armTitle, engineTitle, lineTitle, look } from './names.ts'
import type { View } from './state.ts'

/** Shows a cell over the page, with its own address. */
export function openCell(view: View, cell: Cell): void {
  const { line, column } = cell
  const dialog = h(
    'dialog',
    { class: 'cell-view', 'aria-labelledby': 'cell-title', ...look(column) },
    h(
      'header',
      {},
      h(
        'div',
        {},
        h('p', { class: 'note' }, `${line.workload.title} · ${lineTitle(line)}`),
        h(
          'h2',
          { id: 'cell-title' },
          armTitle(column),
          ' ',
          h('span', { class: 'engine' }, engineTitle(column.engine)),
        ),
      ),
      h('button', { type: 'button', class: 'close', onclick: () => dialog.close() }, 'Close'),
    ),
    cell.figures
      ? figures(cell.figures)
      : h('p', { class: 'reason' }, h('strong', {}, 'No figure. '), cell.reason),
    cell.figures && over(view, cell),
    part('Settings', own(column.record.settings, column.arm)),
    part('Code', cell.figures?.code, true),
    part('SQL', cell.figures?.sql, true),
    part('Plan', cell.figures?.plan, true),
    part('Answer', cell.figures?.answer, true),
    h(
      'p',
      { class: 'note' },
      `Run of ${format.date(column.record.date)} UTC, seed ${column.record.seed}, ${line.key}`,
    ),
  )
  dialog.addEventListener('close', () => {
    dialog.remove()
    address('')
  })
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close()
  })
  document.body.append(dialog)
  dialog.showModal()
  address(`#${encodeURIComponent(addressOf(cell))}`)
}

function part(title: string, text: string | undefined, code = false): HTMLElement | undefined {
  if (!text) return undefined
  return h(
    'section',
    {},
    h('h3', {}, title),
    code ? h('pre', { tabindex: 0, 'aria-label': title }, h('code', {}, text)) : h('p', {}, text),
  )
}

function figures(cell: CellRecord): readonly HTMLElement[] {
  const { latency, ratio, growth, longestHold, diskSize, rowsFetched, operations } = cell
  const facts: readonly (readonly [string, Child])[] = [
    ['Median', format.time(cell.median)],
    ['Deviation (MAD)', format.time(cell.deviation)],
    ['Fastest', format.time(cell.minimum)],
    ['First, cold', format.time(cell.cold)],
    ['p50', format.time(latency.p50)],
    ['p95', format.time(latency.p95)],
    ['p99', format.time(latency.p99)],
    ['Latencies', format.count(latency.of)],
    ['Processor', format.time(cell.processor)],
    ['To the bare driver', ratio === undefined ? 'no bare arm' : format.ratio(ratio)],
    ['Peak memory', format.size(cell.peakMemory)],
    ['Memory added by the runs', growth === undefined ? 'not told by the system' : format.size(growth)],
    ['Event loop held', longestHold === undefined ? 'not measured' : format.time(longestHold)],
    ['On disk', diskSize === null ? 'not measured' : format.size(diskSize)],
    ['Rows fetched', rowsFetched === null ? 'not counted' : format.count(rowsFetched)],
    ['Operations a run', format.count(operations)],
  ]
  const list = cell.hot.map(format.time).join(', ')
  return [
    h(
      'dl',
      { class: 'facts' },
      facts.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
    ),
    h(
      'section',
      {},
      h('h3', {}, operations > 1 ? 'Hot runs, time of one operation' : 'Hot runs'),
      columns(cell.hot, cell.median, format.time, `Hot runs in their order: ${list}`),
      h('p', { class: 'note' }, `${list}. The line is the median.`),
    ),
  ]
}

/** The same cell in other runs of the engine on this machine. */
function over({ state }: View, { line, column }: Cell): HTMLElement | undefined {
  const points = runsOf(state.data.records, column.engine)
    .filter(({ machine }) => machine.id === column.record.machine.id)
    .toReversed()
    .flatMap((record) => {
      const figures = own(own(record.cells, line.key), column.arm)
      return figures
        ? [{ title: `${format.date(record.date)} UTC`, value: figures.median, ratio: figures.ratio }]
        : []
    })
  if (points.length < 2) return undefined
  return h(
    'section',
    {},
    h('h3', {}, 'From run to run'),
    course(
      points,
      format.time,
      `Median of each run: ${points.map(({ title, value }) => `${title} ${format.time(value)}`).join(', ')}`,
    ),
    h(
      'table',
      { class: 'plain' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          ['Run', 'Median', 'To the bare driver'].map((title) => h('th', { scope: 'col' }, title)),
        ),
      ),
      h(
        'tbody',
        {},
        points
          .toReversed()
          .map(({ title, value, ratio }) =>
            h(
              'tr',
              {},
              h('th', { scope: 'row' }, title),
              h('td', {}, format.time(value)),
              h('td', {}, ratio === undefined ? '–' : format.ratio(ratio)),
            ),
          ),
      ),
    ),
  )
}

const addressOf = ({ line, column }: Cell) => `${line.key} ${column.id}`

/** A page opened from a file may not be allowed to change its address; the cell is shown all the same. */
function address(hash: string): void {
  try {
    history.replaceState(null, '', hash || location.pathname + location.search)
  } catch {
    return
  }
}

/** Opens the cell that the page's address names, now and whenever it changes. */
export function watchAddress(view: () => View): void {
  const open = () => {
    const wanted = readable(location.hash.slice(1))
    const { state } = view()
    const table = tableOf([...state.runs.values()], state.data.workloads)
    const cells = table.lines.flatMap((line) =>
      table.columns.flatMap((column) => table.cell(line, column) ?? []),
    )
    const cell = cells.find((each) => addressOf(each) === wanted)
    if (cell && !document.querySelector('dialog')) openCell(view(), cell)
  }
  addEventListener('hashchange', open)
  open()
}

function readable(hash: string): string {
  try {
    return decodeURIComponent(hash)
  } catch {
    return hash
  }
}
