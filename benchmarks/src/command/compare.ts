import { compare } from '../harness/compare.ts'
import type { Change, Comparison } from '../harness/compare.ts'
import { readRecords, wholeFirst } from '../harness/read-records.ts'
import type { EngineRecord } from '../contract/record.ts'
import { formatRatio, formatTime, wrap } from './format.ts'

const width = 100

/**
 * Prints what has become slower or faster from one record, or folder of records, to another.
 *
 * @returns 1 when something has become slower or has no right answer any more, 2 when there is nothing to compare, else 0
 */
export async function compareFiles(
  old: string,
  recent: string,
  write: (text: string) => void,
): Promise<number> {
  const comparison = compare(latest(await readRecords(old)), latest(await readRecords(recent)))
  write(comparisonText(comparison))
  if (comparison.compared + comparison.lost.length === 0) return 2
  return comparison.regressions.length + comparison.lost.length > 0 ? 1 : 0
}

/** The newest of each engine, a whole run if there is one. */
const latest = (records: readonly EngineRecord[]): EngineRecord[] => [
  ...new Map(wholeFirst(records).map((record) => [record.engine, record])).values(),
]

export function comparisonText(comparison: Comparison): string {
  const { regressions, improvements, lost, compared, differences } = comparison
  if (compared + lost.length === 0)
    return 'Nothing to compare: the two have no engine, step and arm with a time in common.\n'
  const sections = [
    section('Not under the same conditions:', differences),
    section(
      'No right answer any more:',
      lost.map(({ engine, key, arm, reason }) => `${key} on ${engine}, ${arm}: ${reason}`),
    ),
    section('Slower:', regressions.map(changeText)),
    section('Faster:', improvements.map(changeText)),
    `${compared} times compared: ${regressions.length} slower, ${improvements.length} faster (by more than 10 % and by more than 3 x MAD).`,
  ]
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`
}

const section = (heading: string, items: readonly string[]): string =>
  items.length === 0 ? '' : [heading, ...items.flatMap(indented)].join('\n')

const indented = (text: string): string[] =>
  wrap(text, width - 4).map((line, index) => (index === 0 ? '  ' : '    ') + line)

const changeText = ({ engine, key, arm, before, after }: Change): string =>
  `${key} on ${engine}, ${arm}: ${formatTime(before)} -> ${formatTime(after)} (${formatRatio(after / before)})`
