import type { Parameters, Relation } from '@holdfast/core/backend'
import { runs, values } from '../defects.ts'
import { taking } from '../bases.ts'
import { mutant } from '../mutant.ts'
import type { Mutant, MutantFamily } from '../mutant.ts'
import { callOf, changingCalls, mapNodes, rewriting, swap } from '../relations.ts'

/** Cuts what is searched for at the first character that is a wildcard elsewhere. */
const wildcards: Mutant = mutant('takes a percent sign for a wildcard', 'facts/text', () =>
  taking((_engine, run) => ({
    run: (relation: Relation, parameters: Parameters) => {
      const searched = new Set<number>()
      mapNodes(
        relation,
        changingCalls((call) => {
          const part = call.arguments[1]
          if (call.function === 'startsWith' && part?.kind === 'parameter') searched.add(part.index)
          return call
        }),
      )
      const cut = parameters.map((value, index) =>
        searched.has(index) && typeof value === 'string' ? (value.split('%')[0] ?? '') : value,
      )
      return run(relation, cut)
    },
  })),
)

export const text: MutantFamily = {
  family: 'text',
  mutants: [
    values('takes the empty text for null', 'types/boundaries', (value) => (value === '' ? null : value)),
    values('trims texts', 'types/boundaries', (value) =>
      typeof value === 'string' ? value.trimEnd() : value,
    ),
    values('normalises texts', 'types/boundaries', (value) =>
      typeof value === 'string' ? value.normalize('NFC') : value,
    ),
    values('keeps 255 units of a text', 'types/refusals', (value, { type }) =>
      type.name === 'text' && typeof value === 'string' ? value.slice(0, 255) : value,
    ),
    values('gives numbers for texts that look like numbers', 'types/boundaries', (value, { type }) =>
      type.name === 'text' && typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value,
    ),
    values('puts a question mark for what is beyond the first plane', 'types/boundaries', (value) =>
      typeof value === 'string' ? value.replace(/[\u{10000}-\u{10ffff}]/gu, '?') : value,
    ),
    values('ends texts at a line break', 'types/boundaries', (value, { type }) =>
      type.name === 'text' && typeof value === 'string' ? (value.split('\n')[0] ?? '') : value,
    ),
    wildcards,
    runs('takes startsWith for contains', 'facts/text', swap('startsWith', 'contains')),
    runs('takes endsWith for contains', 'facts/text', swap('endsWith', 'contains')),
    runs(
      'folds case when it looks for a part',
      'facts/text',
      rewriting('contains', (call) => ({
        ...call,
        arguments: call.arguments.map((part) => callOf('lower', part)),
      })),
    ),
    runs(
      'counts the places of a text from 1',
      'facts/text',
      rewriting('substring', (call) => {
        const [whole, start, length] = call.arguments
        const one = { kind: 'literal', type: { name: 'integer' }, value: 1 } as const
        return callOf('substring', whole!, callOf('subtract', start!, one), length!)
      }),
    ),
  ],
}
