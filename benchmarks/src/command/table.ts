import Table from 'cli-table3'
import type { CellRecord } from '../contract/record.ts'
import type { ArmResult, StepLine } from '../harness/options.ts'
import { besides, exceeds } from './besides.ts'
import { formatCount, formatRatio, formatTime, wrap } from './format.ts'

const legend = `Medians of the hot runs, of one operation. Ratio 1.00 is the bare driver; ! is above target.
growth is the memory that the runs have added, held how long the event loop was at the longest.`
const width = 100
const widestStep = 44

/** All steps as text, at most 100 columns wide: a block for each workload, number of rows and engine. */
export function tableText(lines: readonly StepLine[]): string {
  const notes = new Notes()
  const blocks = [
    ...Map.groupBy(lines, ({ workload, rows, engine }) => JSON.stringify([workload, rows, engine])).values(),
  ]
  const texts = blocks.map((block) => blockText(block, notes))
  return [legend, ...texts, ...(notes.isEmpty ? [] : [notes.text()])].join('\n\n')
}

/** Steps that need more than we want them to: their ratio, or what they need besides time. */
export function missed(lines: readonly StepLine[]): string[] {
  return lines.flatMap((line) =>
    line.arms
      .filter(({ kind, cell }) => kind === 'holdfast' && cell !== null)
      .flatMap((arm) =>
        missedOf(line, arm.cell!).map((text) => `${line.key} on ${line.engine}, ${arm.name}: ${text}`),
      ),
  )
}

function missedOf(line: StepLine, cell: CellRecord): string[] {
  const { target = Infinity, limits = {} } = line
  return [
    ...((cell.ratio ?? 0) > target ? [`${formatRatio(cell.ratio!)}, target ${formatRatio(target)}`] : []),
    ...besides
      .filter((figure) => exceeds(cell, line, figure))
      .map(({ name, title, format }) => `${title} ${format(cell[name]!)}, target ${format(limits[name]!)}`),
  ]
}

interface Column {
  readonly head: string
  readonly of: (line: StepLine) => string
}

function blockText(block: readonly StepLine[], notes: Notes): string {
  const [{ workload, rows, engine }] = block as [StepLine]
  const hasBare = block.some(({ arms }) => arms.some(({ kind, lacks }) => kind === 'bare' && lacks !== true))
  const heading = `${workload}, ${formatCount(rows)} rows, ${engine}`
  const groups = [columnsOf(block, hasBare, notes), columnsBesides(block)].flatMap((columns) =>
    inWidth(columns, width - stepWidthOf(block) - 4),
  )
  return [heading, ...groups.map((columns) => columnsText(block, columns))].join('\n')
}

function columnsOf(block: readonly StepLine[], hasBare: boolean, notes: Notes): Column[] {
  // One that can do none of these steps needs no column.
  const able = block.flatMap(({ arms: some }) => some.filter(({ lacks }) => lacks !== true))
  const arms = new Map(able.map(({ name, kind }) => [name, kind] as const))
  const named = (kind: ArmResult['kind']) => [...arms].filter(([, one]) => one === kind).map(([name]) => name)
  const entry = (line: StepLine, name: string) => line.arms.find((one) => one.name === name)
  const time = (name: string): Column => ({
    head: name,
    of: (line) => textOf(entry(line, name), (cell) => formatTime(cell.median), notes, line),
  })
  const ratio = (name: string, head = name): Column => ({
    head,
    of: (line) =>
      textOf(
        entry(line, name),
        ({ ratio: value, median }) =>
          value === undefined ? formatTime(median) : formatRatio(value) + mark(line, name, value),
        notes,
        line,
      ),
  })
  // Why there is none is said beside the time.
  const besideTime = (column: Column, name: string): Column => ({
    ...column,
    of: (line) => (entry(line, name)?.cell?.ratio === undefined ? '' : column.of(line)),
  })
  const mark = (line: StepLine, name: string, value: number) =>
    entry(line, name)?.kind === 'holdfast' && line.target !== undefined && value > line.target ? '!' : ''
  const optional = (head: string, of: (line: StepLine) => string | undefined): Column[] =>
    block.some((line) => of(line) !== undefined) ? [{ head, of: (line) => of(line) ?? '' }] : []
  const own = named('holdfast').flatMap((name) =>
    hasBare ? [time(name), besideTime(ratio(name, 'ratio'), name)] : [time(name)],
  )
  const bare = named('bare')
  return [
    ...bare.slice(0, 1).map(time),
    ...own,
    ...optional('target', ({ target }) => (target === undefined ? undefined : formatRatio(target))),
    ...optional('claimed', ({ claim }) => (claim === undefined ? undefined : `${claim} s`)),
    ...[...bare.slice(1), ...named('peer')].map((name) => (hasBare ? ratio(name) : time(name))),
  ]
}

/** What arms need besides time: engines through Holdfast, their bare driver, and what we want to reach. */
function columnsBesides(block: readonly StepLine[]): Column[] {
  const arms = new Map(block.flatMap((line) => line.arms.map(({ name, kind }) => [name, kind] as const)))
  const named = (kind: ArmResult['kind']) => [...arms].filter(([, one]) => one === kind).map(([name]) => name)
  return besides.flatMap((figure) => {
    const { name: figureName, head, format } = figure
    const of = (arm: string) => (line: StepLine) => {
      const { kind, cell } = line.arms.find(({ name }) => name === arm) ?? {}
      const value = cell?.[figureName]
      if (cell == null || value === undefined) return ''
      return format(value) + (kind === 'holdfast' && exceeds(cell, line, figure) ? '!' : '')
    }
    const target = ({ limits }: StepLine) => {
      const limit = limits?.[figureName]
      return limit === undefined ? '' : format(limit)
    }
    return [
      ...named('holdfast').map((arm, index) => ({
        head: index === 0 ? head : `${head}, ${arm}`,
        of: of(arm),
      })),
      ...named('bare')
        .slice(0, 1)
        .map((arm) => ({ head: 'bare', of: of(arm) })),
      { head: 'target', of: target },
    ].filter((column) => block.some((line) => column.of(line) !== ''))
  })
}

function textOf(
  entry: ArmResult | undefined,
  text: (cell: CellRecord) => string,
  notes: Notes,
  { engine }: StepLine,
): string {
  if (entry === undefined) return ''
  return entry.cell === null
    ? `- [${notes.number(`${engine}, ${entry.name}`, entry.reason ?? '')}]`
    : text(entry.cell)
}

/** Columns in groups that fit beside the names of the steps. */
function inWidth(columns: readonly Column[], available: number): Column[][] {
  const groups: Column[][] = [[]]
  let used = 0
  for (const column of columns) {
    const needed = Math.max(column.head.length, 8) + 2
    if (used + needed > available && used > 0) {
      groups.push([])
      used = 0
    }
    groups.at(-1)!.push(column)
    used += needed
  }
  return groups
}

const plainFrame = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid'].flatMap((side) =>
    ['', '-mid', '-left', '-right'].map((part) => [`${side}${part}`, '']),
  ),
)

function columnsText(block: readonly StepLine[], columns: readonly Column[]): string {
  const table = new Table({
    head: ['', ...columns.map(({ head }) => head)],
    colAligns: ['left', ...columns.map(() => 'right' as const)],
    chars: { ...plainFrame, middle: '  ' },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  })
  for (const line of block)
    table.push([
      line.step.length <= widestStep ? line.step : `${line.step.slice(0, widestStep - 1)}…`,
      ...columns.map(({ of }) => of(line)),
    ])
  return table
    .toString()
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n')
}

const stepWidthOf = (block: readonly StepLine[]): number =>
  Math.min(widestStep, Math.max(...block.map(({ step }) => step.length)))

/** Reasons behind the table, one for all cells that share it. */
class Notes {
  readonly #notes = new Map<string, { readonly number: number; readonly arms: Set<string> }>()

  get isEmpty(): boolean {
    return this.#notes.size === 0
  }

  number(arm: string, reason: string): number {
    const note = this.#notes.get(reason) ?? { number: this.#notes.size + 1, arms: new Set<string>() }
    note.arms.add(arm)
    this.#notes.set(reason, note)
    return note.number
  }

  text(): string {
    return Array.from(this.#notes, ([reason, { number, arms }]) => {
      const mark = `[${number}] `
      const lines = wrap(`${[...arms].join('; ')}: ${reason}`, width - mark.length)
      return lines.map((line, index) => (index === 0 ? mark : ' '.repeat(mark.length)) + line).join('\n')
    }).join('\n')
  }
}
