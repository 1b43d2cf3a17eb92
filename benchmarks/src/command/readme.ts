import { readFile, writeFile } from 'node:fs/promises'
import { HoldfastError } from '@holdfast/core'
import type { EngineRecord } from '../contract/record.ts'
import type { StepLine } from '../harness/options.ts'
import { besides } from './besides.ts'
import { formatCount, formatRatio, formatTime } from './format.ts'

export const markers = { begin: '<!-- benchmarks: begin -->', end: '<!-- benchmarks: end -->' } as const

/**
 * Writes figures, and the machine that they came from, between the markers of a file; all else in it stays as it is.
 *
 * @throws HoldfastError INVALID_ARGUMENT when the markers are not there
 */
export async function writeReadme(
  path: string,
  steps: readonly StepLine[],
  record: Pick<EngineRecord, 'date' | 'machine' | 'commit'>,
): Promise<void> {
  const text = await readFile(path, 'utf8')
  await writeFile(path, betweenMarkers(text, figuresText(steps, record), path))
}

/** A text with something else between its markers. */
export function betweenMarkers(text: string, between: string, path: string): string {
  const begin = text.indexOf(markers.begin)
  const end = text.indexOf(markers.end)
  if (begin === -1 || end < begin)
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `${path} has no place for the figures: put the lines ${markers.begin} and ${markers.end} there.`,
    )
  return `${text.slice(0, begin + markers.begin.length)}\n${between}\n${text.slice(end)}`
}

/** Figures as Markdown: a table for each workload and number of rows, a column for each engine. */
export function figuresText(
  steps: readonly StepLine[],
  { date, machine, commit }: Pick<EngineRecord, 'date' | 'machine' | 'commit'>,
): string {
  const blocks = Map.groupBy(steps, ({ title, rows }) => `${title}, ${formatCount(rows)} rows`)
  const more = besidesOf(steps)
  const version = commit === null ? '' : `, commit ${commit.slice(0, 8)}`
  return [
    `Time through Holdfast, median of the hot runs; in brackets the ratio to the bare driver that does the same with the same durability, in the same minute.`,
    ...Array.from(blocks, ([heading, lines]) => `${heading}:\n\n${markdownTable(timesOf(lines))}`),
    ...(more.length > 0 ? [`Besides time, with what is wanted in brackets:\n\n${markdownTable(more)}`] : []),
    `Measured on ${date.slice(0, 10)} on ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.os}, Node.js ${machine.node}, load average ${machine.load.map((load) => load.toFixed(1)).join(' to ')}${version}.`,
  ].join('\n\n')
}

interface Entry {
  readonly label: string
  readonly engine: string
  readonly text: string
}

const timesOf = (lines: readonly StepLine[]): Entry[] =>
  lines.map((line) => ({ label: line.step, engine: line.engine, text: figure(line) }))

/** What steps need besides time, where we want something of that. */
function besidesOf(lines: readonly StepLine[]): Entry[] {
  return [...Map.groupBy(lines, ({ key }) => key).values()].flatMap((some) =>
    besides
      .filter(({ name }) => some.some(({ limits }) => limits?.[name] !== undefined))
      .flatMap(({ name, title, format }) =>
        some.map((line) => {
          const value = cellOf(line)?.[name]
          const limit = line.limits?.[name]
          const wanted = limit === undefined ? '' : ` (at most ${format(limit)})`
          return {
            label: `${line.step}: ${title}`,
            engine: line.engine,
            text: value === undefined ? '-' : format(value) + wanted,
          }
        }),
      ),
  )
}

/** A line for each label, a column for each engine. */
function markdownTable(entries: readonly Entry[]): string {
  const engines = [...new Set(entries.map(({ engine }) => engine))]
  const row = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  return [
    row(['', ...engines]),
    row(['---', ...engines.map(() => '---:')]),
    ...Array.from(
      Map.groupBy(entries, ({ label }) => label),
      ([label, of]) =>
        row([label, ...engines.map((engine) => of.find((entry) => entry.engine === engine)?.text ?? '-')]),
    ),
  ].join('\n')
}

const cellOf = ({ arms }: StepLine) => arms.find(({ kind }) => kind === 'holdfast')?.cell

function figure(line: StepLine): string {
  const cell = cellOf(line)
  if (cell == null) return '-'
  const ratio = cell.ratio === undefined ? '' : ` (${formatRatio(cell.ratio)})`
  const claim = line.claim === undefined ? '' : `, claimed ${line.claim} s`
  return `${formatTime(cell.median)}${ratio}${claim}`
}
