import { properties } from '@holdfast/core/conformance'
import type { MeaningResult } from '../meaning/run.ts'
import type { Kill } from './prove.ts'
import type { BackendResult } from './run.ts'

/** The kill tables as Markdown. */
export function describeKills(
  seed: number,
  runs: number,
  backends: readonly BackendResult[],
  meaning: readonly MeaningResult[],
): string {
  const survivors = [
    ...backends,
    ...meaning.flatMap(({ kills }) => [...kills.values()].map((kill) => ({ kill }))),
  ]
  const alive = survivors.filter(({ kill }) => kill === undefined).length
  return [
    '# What the suite catches',
    '',
    'Made by `pnpm mutants`; not to be edited. Each line is one defect, the law of the conformance suite that it died of, and',
    `the case that killed it, counted from 1, at the quick budget (\`HOLDFAST_RUNS=${runs}\`). The law that the catalogue`,
    'expects is tried first, then the whole suite.',
    '',
    `${backends.length} backends, ${meaning.length} defects of the evaluator, ${properties.length} laws, seed ${seed}: ` +
      `${alive === 0 ? 'none survives' : `**${alive} survive**`}.`,
    '',
    '## Backends with one defect',
    '',
    'Good engines, wrapped at the plugin contract.',
    '',
    ...table(
      ['family', 'a backend that', 'dies of', 'case'],
      backends.map(({ family, name, kill }) => [family, name, lawOf(kill), caseOf(kill)]),
    ),
    '',
    '## An evaluator with one defect',
    '',
    'The reference evaluator with a piece of its source changed, and good engines that are judged by it: each engine computes',
    'by itself, so it must be found to differ.',
    '',
    ...meaningTable(meaning),
    '',
  ].join('\n')
}

function meaningTable(results: readonly MeaningResult[]): string[] {
  const judges = [...new Set(results.flatMap(({ kills }) => [...kills.keys()]))]
  return table(
    ['file', 'an evaluator that', ...judges.map((engine) => `caught by ${engine}`)],
    results.map(({ defect, kills }) => [
      `\`${defect.file}\``,
      defect.name,
      ...judges.map((engine) => {
        const kill = kills.get(engine)
        return kill === undefined ? lawOf(kill) : `${lawOf(kill)}, case ${caseOf(kill)}`
      }),
    ]),
  )
}

function lawOf(kill: Kill | undefined): string {
  return kill === undefined ? '**survives**' : `\`${kill.law}\``
}

function caseOf(kill: Kill | undefined): string {
  return kill === undefined ? '' : String(kill.cases)
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)]
}
