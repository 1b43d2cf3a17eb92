import { sections } from './capabilities.ts'
import type { Capability, Section } from './capabilities.ts'
import { listed, tableOf, wrap } from './text.ts'
import type { Cell, Durability, EngineSupport, Shares, Support } from './types.ts'

type Named = readonly [name: string, engine: EngineSupport]

/** The whole of SUPPORT.md. */
export function renderSupport({ engines }: Support): string {
  const all = Object.entries(engines)
  const notes = new Notes()
  const lines = [
    '# What each engine does itself',
    '',
    ...wrap(
      'Every engine gives the same answers; they differ in what they do themselves and what @holdfast/core does ' +
        'for them. This page is written by `pnpm support`, which does each thing on the real engine and looks at ' +
        'what happened. Nobody edits it: a test compares it with `conformance/support.json`.',
    ),
    '',
    ...legend,
    ...sections.flatMap((section) => ['', `## ${section.title}`, '', ...sectionLines(section, all, notes)]),
    ...factsOf(all),
    '',
  ]
  return lines.join('\n')
}

/** What a newcomer has to know. */
const legend: readonly string[] = [
  ...tableOf([
    ['word', 'meaning'],
    ['native', 'the engine does it itself'],
    ['core', 'core does it over the rows that the engine gives: the same answer, more rows to send'],
    ['partly', 'native but for what the note with the number says'],
    ['refused', 'asking for it is an error with the code `UNSUPPORTED`'],
    ['yes, no', 'whether the engine was found to do it; core has no part in it'],
    ['waits', 'it is done, but only when the other has ended'],
  ]),
  '',
  ...wrap(
    'A function is `native` when the engine took each call of it: of every type that it takes, of columns alone and ' +
      'of a column beside constants. Of a wrong answer there is no word: then nothing is written. Functions have the ' +
      'names of the query as data (`toJSON`); the builder says `eq` for `equal`, `avg` for `average` and the like.',
  ),
]

/** Notes below a table, numbered through the page. */
class Notes {
  #last = 0

  take(): number {
    return (this.#last += 1)
  }
}

function sectionLines(section: Section, engines: readonly Named[], notes: Notes): readonly string[] {
  const below: string[] = []
  const rows = section.capabilities.map((capability) => [
    capability.title,
    ...engines.map(([name, engine]) => {
      const cell = cellOf(name, engine, capability)
      if (cell.word !== 'partly') return cell.word
      const number = notes.take()
      below.push(
        ...wrap(`${number}. ${name}, ${nameOf(capability)}: core does ${listed(cell.core ?? [])}.`, '   '),
      )
      return `partly ${number}`
    }),
  ])
  const table = tableOf([['', ...engines.map(([name]) => name)], ...rows])
  return below.length === 0 ? table : [...table, '', ...below]
}

function cellOf(name: string, { cells }: EngineSupport, { id, title }: Capability): Cell {
  const cell = cells[id]
  if (cell === undefined)
    throw new Error(`What ${name} makes of '${title}' is not known. Run pnpm support --engine ${name}.`)
  return cell
}

/** A title without its explanation. */
const nameOf = ({ title }: Capability): string => title.split(':')[0]!

function factsOf(engines: readonly Named[]): readonly string[] {
  return [
    '',
    '## Limits',
    '',
    ...tableOf([
      ['', ...engines.map(([name]) => name)],
      ['bytes of a primary key', ...engines.map(([, { limits }]) => thousands(limits.maxKeyBytes))],
      ['bytes of one value', ...engines.map(([, { limits }]) => thousands(limits.maxValueBytes))],
    ]),
    '',
    '## Isolation seen',
    '',
    ...wrap(
      'What transactions that are open at once were made to show of the anomalies of the literature ' +
        '([their meanings](docs/semantics.md#isolation)); `default` asks for no isolation. Write skew (G2) is ' +
        'allowed everywhere but at `serializable`.',
    ),
    '',
    ...tableOf([['engine', 'isolation', 'shown'], ...engines.flatMap(isolationRows)]),
    '',
    '## Durability seen',
    '',
    ...engines.flatMap(([name, { durability }]) =>
      wrap(`- **${name}**: ${durabilityWords(durability)}`, '  '),
    ),
    '',
    '## Random relations',
    '',
    ...wrap(
      'Queries made at random, all answered as by the evaluator: how many of them the engine took as a whole, ' +
        'in part, or not at all. What overflows is refused by every engine alike.',
    ),
    '',
    ...tableOf([
      ['engine', 'asked', 'taken whole', 'in part', 'not at all', 'overflow'],
      ...engines.map(([name, { relations }]) => [name, thousands(relations.asked), ...shareWords(relations)]),
    ]),
    '',
    '## Measured with',
    '',
    ...tableOf([
      ['engine', 'its version', 'adapter', '`@holdfast/core`', 'laws', 'seed'],
      ...engines.map(([name, { version, adapter, suite }]) => [
        name,
        version,
        adapter,
        suite.version,
        String(suite.laws),
        String(suite.seed),
      ]),
    ]),
  ]
}

const thousands = (number: number): string => String(number).replace(/\B(?=(\d{3})+$)/g, ',')

function isolationRows([name, { isolation }]: Named): readonly (readonly string[])[] {
  return Object.entries(isolation).map(([level, seen]) => [name, level, shownWords(seen)])
}

function shownWords({ shown, of }: EngineSupport['isolation'][string]): string {
  return shown.length === 0 ? `none of ${of}` : `${shown.length} of ${of}: ${shown.join(', ')}`
}

function durabilityWords(durability: Durability): string {
  switch (durability.kind) {
    case 'none':
      return 'keeps nothing when it is closed, and says so (`durable: false`).'
    case 'server':
      return 'its server keeps the data, whatever becomes of the programs that use it; no round was run here.'
    case 'killed':
      return (
        `a writing process was killed ${thousands(durability.rounds)} times (SIGKILL). Of ` +
        `${thousands(durability.acknowledged)} acknowledged transactions none was lost; of ` +
        `${thousands(durability.inFlight)} in flight ${thousands(durability.kept)} were kept, each of them whole.`
      )
  }
}

function shareWords({ asked, whole, part, none, overflow }: Shares): readonly string[] {
  return [whole, part, none, overflow].map((count) => `${((100 * count) / Math.max(1, asked)).toFixed(1)} %`)
}

/** One engine's column, in words, for the README of its adapter. */
export function renderColumn(name: string, engine: EngineSupport): string {
  const { relations, suite, version } = engine
  const [whole] = shareWords(relations)
  return [
    ...wrap(
      'Found by doing it, and written by `pnpm support`; [what the words mean, and the other engines](../../SUPPORT.md).',
    ),
    '',
    ...sections.flatMap((section) =>
      wrap(`- **${section.title}**: ${sectionWords(name, engine, section)}.`, '  '),
    ),
    ...wrap(
      `- **Anomalies seen**, by isolation: ${Object.entries(engine.isolation)
        .map(([level, seen]) => `\`${level}\` ${shownWords(seen)}`)
        .join('. ')}.`,
      '  ',
    ),
    ...wrap(`- **Durability seen**: ${durabilityWords(engine.durability)}`, '  '),
    ...wrap(`- **Random relations**: ${whole} of ${thousands(relations.asked)} are taken whole.`, '  '),
    ...wrap(
      `- **Measured**: version ${version}, suite ${suite.version}, ${suite.laws} laws, seed ${suite.seed}.`,
      '  ',
    ),
  ].join('\n')
}

/** The word that most capabilities have, then those with another: `native. Core: distinct and window`. */
function sectionWords(name: string, engine: EngineSupport, { capabilities }: Section): string {
  const groups = new Map<string, string[]>()
  for (const capability of capabilities) {
    const cell = cellOf(name, engine, capability)
    const title = nameOf(capability)
    const said = cell.word === 'partly' ? `${title} (core does ${listed(cell.core ?? [])})` : title
    groups.set(cell.word, [...(groups.get(cell.word) ?? []), said])
  }
  const [most, ...others] = [...groups].sort(([, left], [, right]) => right.length - left.length)
  const [word, titles] = most!
  if (others.length === 0) return `all ${word}`
  const rest = others.map(([other, named]) => `${capital(other)}: ${listed(named)}`)
  const first = titles.length > capabilities.length / 2 ? word : `${word}: ${listed(titles)}`
  return [first, ...rest].join('. ')
}

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
