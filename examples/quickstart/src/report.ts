import Table from 'cli-table3'
import { agree } from './agree.ts'
import { questions } from './questions.ts'
import type { EngineResult } from './run.ts'

export interface Report {
  readonly text: string
  readonly agreed: boolean
}

/** One table: a row for each question with the first row of its answer, the size and time of each engine's, and whether they agree. */
export function report(results: readonly EngineResult[]): Report {
  const [reference, ...others] = results
  if (!reference || others.length === 0)
    throw new Error('there is nothing to compare: at least two engines are needed')
  const table = new Table({
    head: ['question', 'first row of the answer', ...results.map((result) => result.engine), 'agree'],
    colWidths: widths(results.map((result) => result.engine)),
    colAligns: ['left', 'left', ...results.map(() => 'right' as const), 'left'],
    wordWrap: true,
    style: { head: [], border: [] },
  })
  table.push([
    'Load everything in one transaction',
    '',
    ...results.map((result) => cell(result.rowsLoaded, result.loadMilliseconds)),
    '',
  ])
  let agreed = true
  for (const [index, question] of questions.entries()) {
    const answers = results.map((result) => result.answers[index]!)
    const same = answers.every((answer) => agree(answers[0]!.rows, answer.rows))
    agreed &&= same
    table.push([
      question.text,
      same
        ? summary(answers[0]!.rows)
        : results.map((r, i) => `${r.engine}: ${summary(answers[i]!.rows)}`).join('\n'),
      ...answers.map((answer) => cell(answer.rows.length, answer.milliseconds)),
      same ? 'yes' : 'NO',
    ])
  }
  return { text: table.toString(), agreed }
}

/** The widths of all columns, so that the table fits into 100 characters as long as there are not too many engines. */
function widths(engines: readonly string[]): number[] {
  const numbers = engines.map((engine) => Math.max(11, engine.length + 2))
  const agreement = 7
  const borders = engines.length + 4
  const rest = 100 - borders - agreement - numbers.reduce((sum, width) => sum + width, 0)
  const question = Math.max(20, Math.floor(rest / 2) - 1)
  return [question, Math.max(20, rest - question), ...numbers, agreement]
}

function cell(rows: number, milliseconds: number): string {
  return `${rows.toLocaleString('en')} ${rows === 1 ? 'row' : 'rows'}\n${milliseconds.toFixed(1)} ms`
}

function summary([first]: readonly object[]): string {
  if (!first) return 'no rows'
  return Object.entries(first)
    .map(([name, value]) => `${name} ${show(value)}`)
    .join(', ')
}

function show(value: unknown): string {
  if (value instanceof Date) return value.toISOString().slice(0, 16)
  if (typeof value === 'number' && !Number.isInteger(value)) return value.toFixed(2)
  return String(value)
}
