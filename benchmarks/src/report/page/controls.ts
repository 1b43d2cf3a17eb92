import * as format from '../figures/format.ts'
import { measures } from '../figures/measures.ts'
import { enginesOf, tableOf } from '../figures/table.ts'
import type { Kind } from '../figures/table.ts'
import { h } from './element.ts'
import type { Child } from './element.ts'
import { engineTitle, kindTitles } from './names.ts'
import type { Change } from './section.ts'
import { toggled } from './state.ts'
import type { State } from './state.ts'

/** What is shown and how it is compared. Drawn once: the browser keeps what is chosen in it. */
export function controls(initial: State, change: Change): HTMLElement {
  const { lines } = tableOf(initial.data.records, initial.data.workloads)
  const workloads = new Map(lines.map(({ workload }) => [workload.name, workload.title]))
  const sizes = [...new Set(lines.map(({ rows }) => rows))].sort((left, right) => left - right)
  let { hiddenWorkloads, hiddenEngines, hiddenKinds } = initial
  return h(
    'form',
    { class: 'controls', 'aria-label': 'What to compare', onsubmit: (event) => event.preventDefault() },
    checks('Workloads', [...workloads], (name, hidden) =>
      change({ hiddenWorkloads: (hiddenWorkloads = toggled(hiddenWorkloads, name, hidden)) }),
    ),
    checks(
      'Engines',
      enginesOf(initial.data.records).map((engine) => [engine, engineTitle(engine)] as const),
      (engine, hidden) => change({ hiddenEngines: (hiddenEngines = toggled(hiddenEngines, engine, hidden)) }),
    ),
    checks('Arms', Object.entries(kindTitles) as readonly (readonly [Kind, string])[], (kind, hidden) =>
      change({ hiddenKinds: (hiddenKinds = toggled(hiddenKinds, kind, hidden)) }),
    ),
    h(
      'div',
      { class: 'choices' },
      radios(
        'Compared with',
        'baseline',
        [
          ['best', 'the best arm'],
          ['bare', 'the bare driver'],
        ],
        (baseline) => change({ baseline }),
      ),
      select(
        'Figure',
        measures.map((measure) => [measure, measure.title] as const),
        (measure) => change({ measure }),
      ),
      select(
        'Rows',
        [[undefined, 'All sizes'], ...sizes.map((size) => [size, format.count(size)] as const)],
        (rows) => change({ rows }),
      ),
      select<State['code']>(
        'Code',
        [
          ['short', 'First lines'],
          ['full', 'Whole'],
          ['none', 'Hidden'],
        ],
        (code) => change({ code }),
      ),
      h(
        'label',
        { class: 'check' },
        h('input', {
          type: 'checkbox',
          checked: true,
          onchange: (event) => change({ countMissing: (event.target as HTMLInputElement).checked }),
        }),
        h('span', {}, 'Count what is missing'),
      ),
    ),
  )
}

type Choice<Value> = readonly (readonly [value: Value, title: string])[]

function group(title: string, ...children: readonly Child[]): HTMLElement {
  return h('fieldset', {}, h('legend', {}, title), h('div', { class: 'options' }, children))
}

/** All are shown at first. */
function checks<Value>(title: string, choice: Choice<Value>, hide: (value: Value, hidden: boolean) => void) {
  return group(
    title,
    choice.map(([value, name]) =>
      h(
        'label',
        { class: 'check' },
        h('input', {
          type: 'checkbox',
          checked: true,
          onchange: (event) => hide(value, !(event.target as HTMLInputElement).checked),
        }),
        h('span', {}, name),
      ),
    ),
  )
}

function radios<Value extends string>(
  title: string,
  group: string,
  choice: Choice<Value>,
  choose: (value: Value) => void,
) {
  return h(
    'fieldset',
    { class: 'switch' },
    h('legend', {}, title),
    choice.map(([value, name], index) =>
      h(
        'label',
        {},
        h('input', {
          type: 'radio',
          name: group,
          value,
          checked: index === 0,
          onchange: () => choose(value),
        }),
        h('span', {}, name),
      ),
    ),
  )
}

function select<Value>(title: string, choice: Choice<Value>, choose: (value: Value) => void) {
  return h(
    'label',
    { class: 'select' },
    h('span', {}, title),
    h(
      'select',
      {
        onchange: (event) => {
          const chosen = choice[(event.target as HTMLSelectElement).selectedIndex]
          if (chosen) choose(chosen[0])
        },
      },
      choice.map(([, name]) => h('option', {}, name)),
    ),
  )
}
