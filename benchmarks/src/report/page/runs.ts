import type { EngineRecord } from '../../contract/record.ts'
import * as format from '../figures/format.ts'
import { runsOf } from '../figures/table.ts'
import { h } from './element.ts'
import { engineTitle, look } from './names.ts'
import type { Change, Section } from './section.ts'
import type { State } from './state.ts'

/** What ran, where and when; and the choice of the run where there are several. */
export const runs: Section = ({ state }, change) => {
  const shown = [...state.runs]
  const machines = new Set(shown.map(([, { machine }]) => machine.id))
  const common = commonFacts(shown.map(([, record]) => record))
  const busy = shown.filter(([, { machine }]) => Math.max(...machine.load) > machine.cores)
  return [
    h(
      'section',
      { 'aria-labelledby': 'runs-title' },
      h('h2', { id: 'runs-title' }, 'What ran'),
      shown.length === 0 && h('p', { class: 'note' }, 'There is no record to show.'),
      machines.size > 1 &&
        note('These runs come from different machines. Compare ratios to the bare driver, not times.'),
      busy.length > 0 &&
        note(
          `The machine was busy with other work during ${busy.map(([engine]) => engineTitle(engine)).join(', ')}: ` +
            'ratios within one run say more than times.',
        ),
      common.length > 0 && list(common, 'shared'),
      h(
        'ul',
        { class: 'runs' },
        shown.map(([engine, record]) => h('li', {}, run(engine, record, common, state, change))),
      ),
    ),
  ]
}

const note = (text: string) => h('p', { class: 'note warn' }, text)

type Facts = readonly (readonly [name: string, value: string])[]

function factsOf({ machine, commit, seed }: EngineRecord): Facts {
  return [
    ['Machine', `${machine.cpu}, ${machine.cores} cores, ${format.count(machine.memoryGiB)} GiB`],
    ['System', `${machine.os}, Node.js ${machine.node}`],
    ['Load, start → end', machine.load.map((load) => load.toFixed(1)).join(' → ')],
    ['Commit', commit?.slice(0, 10) ?? 'unknown'],
    ['Seed', String(seed)],
  ]
}

/** What is the same for all runs is said once. */
function commonFacts([first, ...others]: readonly EngineRecord[]): Facts {
  if (!first || others.length === 0) return []
  return factsOf(first).filter(([, value], index) =>
    others.every((other) => factsOf(other)[index]?.[1] === value),
  )
}

function run(engine: string, record: EngineRecord, common: Facts, state: State, change: Change): HTMLElement {
  const said = new Set(common.map(([name]) => name))
  return h(
    'article',
    { class: 'run', ...look({ engine, kind: 'holdfast' }) },
    h('h3', {}, h('span', { class: 'mark', 'aria-hidden': 'true' }), engineTitle(engine)),
    choice(engine, record, state, change),
    list(factsOf(record).filter(([name]) => !said.has(name))),
    more('Versions', Object.entries(record.versions)),
    more('Settings', Object.entries(record.settings)),
  )
}

function list(facts: Facts, name = ''): HTMLElement | undefined {
  if (facts.length === 0) return undefined
  return h(
    'dl',
    { class: name },
    facts.map(([term, value]) => h('div', {}, h('dt', {}, term), h('dd', {}, value))),
  )
}

function choice(engine: string, record: EngineRecord, state: State, change: Change): HTMLElement {
  const all = runsOf(state.data.records, engine)
  const title = ({ date, machine, partial }: EngineRecord) =>
    `${format.date(date)} UTC, ${machine.id}${partial === true ? ', ended early' : ''}`
  if (all.length < 2) return h('p', { class: 'when' }, title(record))
  const select = h(
    'select',
    {
      id: `run-${engine}`,
      'aria-label': `Run of ${engineTitle(engine)}`,
      onchange: () => {
        const chosen = all[select.selectedIndex]
        if (chosen) change({ runs: new Map(state.runs).set(engine, chosen) })
      },
    },
    all.map((each) => h('option', {}, title(each))),
  )
  select.selectedIndex = all.indexOf(record)
  return select
}

function more(title: string, facts: Facts): HTMLElement | undefined {
  const listed = list(facts, 'pairs')
  return listed && h('details', {}, h('summary', {}, title), listed)
}
