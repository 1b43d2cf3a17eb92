import type { PageData } from '../data.ts'
import { openCell, watchAddress } from './cell.ts'
import { h } from './element.ts'
import { controls } from './controls.ts'
import { header } from './header.ts'
import { colourEngines } from './names.ts'
import { enginesOf } from '../figures/table.ts'
import { runs } from './runs.ts'
import { initialState, viewOf } from './state.ts'
import type { State } from './state.ts'
import { steps } from './steps.ts'
import { summary } from './summary.ts'
import { trend } from './trend.ts'

const data = JSON.parse(document.querySelector('#data')?.textContent ?? '') as PageData
let state = initialState(data)

const main = h('main', { id: 'main' })
const sections = [runs, summary, trend, steps].map((draw) => ({ draw, place: h('div', { class: 'place' }) }))

function change(patch: Partial<State>): void {
  state = { ...state, ...patch }
  show()
}

function show(): void {
  const view = viewOf(state)
  document.documentElement.dataset.code = state.code
  for (const { draw, place } of sections) {
    const focused = place.contains(document.activeElement) ? document.activeElement?.id : undefined
    place.replaceChildren(...draw(view, change, openCell))
    // What was drawn again has lost the focus of the control that was used.
    if (focused) document.getElementById(focused)?.focus()
  }
}

const [runsPlace, ...rest] = sections.map(({ place }) => place)
main.append(...(runsPlace ? [runsPlace] : []), controls(state, change), ...rest)
colourEngines(enginesOf(data.records))
show()
document.body.append(h('a', { class: 'skip', href: '#main' }, 'Skip to the figures'), header(), main)
watchAddress(() => viewOf(state))
