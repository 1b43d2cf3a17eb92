import type { Cell } from '../figures/table.ts'
import type { State, View } from './state.ts'

export type Change = (patch: Partial<State>) => void
export type Open = (view: View, cell: Cell) => void

/** A part of the page, drawn again whenever the reader chooses something. */
export type Section = (view: View, change: Change, open: Open) => readonly HTMLElement[]
