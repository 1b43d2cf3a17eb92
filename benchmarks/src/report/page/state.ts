import type { EngineRecord } from '../../contract/record.ts'
import type { PageData } from '../data.ts'
import type { Comparison } from '../figures/compare.ts'
import { median } from '../figures/measures.ts'
import { enginesOf, runsOf, tableOf } from '../figures/table.ts'
import type { Column, Kind, Line, Table } from '../figures/table.ts'

/** What the reader chose. */
export interface State extends Comparison {
  readonly data: PageData
  /** The run that is shown of each engine. */
  readonly runs: ReadonlyMap<string, EngineRecord>
  readonly hiddenWorkloads: ReadonlySet<string>
  readonly hiddenEngines: ReadonlySet<string>
  readonly hiddenKinds: ReadonlySet<Kind>
  /** Undefined for all. */
  readonly rows: number | undefined
  readonly code: 'short' | 'full' | 'none'
}

/** What is to be seen of it. */
export interface View {
  readonly state: State
  /** The chosen runs, whole. */
  readonly table: Table
  readonly lines: readonly Line[]
  readonly columns: readonly Column[]
}

export function initialState(data: PageData): State {
  const newest = enginesOf(data.records).flatMap((engine) => {
    const [record] = runsOf(data.records, engine)
    return record ? [[engine, record] as const] : []
  })
  return {
    data,
    runs: new Map(newest),
    hiddenWorkloads: new Set(),
    hiddenEngines: new Set(),
    hiddenKinds: new Set(),
    rows: undefined,
    baseline: 'best',
    measure: median,
    countMissing: true,
    code: 'short',
  }
}

export function viewOf(state: State): View {
  const table = tableOf([...state.runs.values()], state.data.workloads)
  const lines = table.lines.filter(
    (line) =>
      !state.hiddenWorkloads.has(line.workload.name) &&
      (state.rows === undefined || line.rows === state.rows),
  )
  const columns = table.columns.filter(
    (column) =>
      !state.hiddenEngines.has(column.engine) &&
      !state.hiddenKinds.has(column.kind) &&
      lines.some((line) => table.cell(line, column)),
  )
  return { state, table, lines, columns }
}

/** A set with the member put in or taken out. */
export function toggled<Member>(
  set: ReadonlySet<Member>,
  member: Member,
  present: boolean,
): ReadonlySet<Member> {
  const copy = new Set(set)
  if (present) copy.add(member)
  else copy.delete(member)
  return copy
}
