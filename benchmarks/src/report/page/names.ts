import { engineTitles } from '../figures/engines.ts'
import type { Column, Kind, Line } from '../figures/table.ts'
import * as format from '../figures/format.ts'
import { h } from './element.ts'

export const kindTitles: Readonly<Record<Kind, string>> = {
  holdfast: 'Holdfast',
  bare: 'Bare drivers',
  peer: 'Other libraries',
}

const COLOURS = 6
const colours = new Map<string, number>()

/** Gives each engine its colour, once. */
export function colourEngines(engines: readonly string[]): void {
  engines.forEach((engine, index) => colours.set(engine, index % COLOURS))
}

/** Attributes by which the style sheet knows the engine's colour and the kind's form. */
export const look = ({ engine, kind }: Pick<Column, 'engine' | 'kind'>) => ({
  'data-colour': colours.get(engine) ?? 0,
  'data-kind': kind,
})

export const engineTitle = (engine: string) => engineTitles.get(engine) ?? engine

export const armTitle = (column: Column) =>
  column.kind === 'holdfast' && column.arm === 'holdfast' ? 'Holdfast' : column.arm

export const columnTitle = (column: Column) => `${armTitle(column)} on ${engineTitle(column.engine)}`

export const lineTitle = (line: Line) =>
  line.rows > 0 ? `${line.step.title}, ${format.rows(line.rows)} rows` : line.step.title

/** The arm with its engine, marked by the engine's colour and the kind's form. */
export function columnLabel(column: Column): HTMLElement {
  return h(
    'span',
    { class: 'arm', ...look(column) },
    h('span', { class: 'mark', 'aria-hidden': 'true' }),
    h(
      'span',
      { class: 'names' },
      h('span', { class: 'name' }, armTitle(column)),
      ' ',
      h('span', { class: 'engine' }, engineTitle(column.engine)),
    ),
  )
}
