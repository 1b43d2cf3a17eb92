import type { CellRecord, EngineRecord } from '../../contract/record.ts'
import type { PageData, ReportStep, ReportWorkload } from '../data.ts'
import { engineTitles } from './engines.ts'

export type Kind = EngineRecord['kinds'][string]

/** An arm of one engine, in the run that was chosen for the engine. */
export interface Column {
  readonly id: string
  readonly engine: string
  readonly arm: string
  readonly kind: Kind
  readonly record: EngineRecord
}

/** A step with so many rows. */
export interface Line {
  /** What records call it: `<workload>/<step>/<rows>`. */
  readonly key: string
  readonly workload: ReportWorkload
  readonly step: ReportStep
  readonly rows: number
}

/** What an arm did in a step; without a figure there is a reason. */
export type Cell =
  | { readonly line: Line; readonly column: Column; readonly figures: CellRecord }
  | { readonly line: Line; readonly column: Column; readonly figures: null; readonly reason: string }

export interface Table {
  readonly columns: readonly Column[]
  readonly lines: readonly Line[]
  /** Undefined where the arm was not asked to do the step. */
  cell(line: Line, column: Column): Cell | undefined
}

const KINDS: readonly Kind[] = ['holdfast', 'bare', 'peer']

/** Engines in the order in which people know them, those of third parties by name after them. */
export function enginesOf(records: readonly EngineRecord[]): readonly string[] {
  const engines = new Set(records.map(({ engine }) => engine))
  const others = [...engines].filter((engine) => !engineTitles.has(engine))
  return [...[...engineTitles.keys()].filter((engine) => engines.has(engine)), ...others.sort()]
}

/** The runs of an engine, the newest first. */
export function runsOf(records: readonly EngineRecord[], engine: string): readonly EngineRecord[] {
  return records
    .filter((record) => record.engine === engine)
    .sort((left, right) => (left.date < right.date ? 1 : left.date > right.date ? -1 : 0))
}

/** @param records one of each engine */
export function tableOf(records: readonly EngineRecord[], workloads: PageData['workloads']): Table {
  const columns = enginesOf(records).flatMap((engine) =>
    records.filter((record) => record.engine === engine).flatMap(columnsOf),
  )
  return { columns, lines: linesOf(records, workloads), cell }
}

function columnsOf(record: EngineRecord): readonly Column[] {
  const arms = new Set(Object.values(record.cells).flatMap((cells) => Object.keys(cells)))
  const kinds = new Map(Object.entries(record.kinds))
  return [...arms]
    .map((arm) => ({
      id: `${record.engine}/${arm}`,
      engine: record.engine,
      arm,
      kind: kinds.get(arm) ?? 'peer',
      record,
    }))
    .sort((left, right) => KINDS.indexOf(left.kind) - KINDS.indexOf(right.kind))
}

/** Steps in the order of the workloads; what these do not know comes last, under the names that records give it. */
function linesOf(records: readonly EngineRecord[], workloads: PageData['workloads']): readonly Line[] {
  const lines = [...new Set(records.flatMap((record) => Object.keys(record.cells)))].map((key) => {
    const [workloadName = '', stepName = '', rows = ''] = key.split('/')
    const workload = workloads.find(({ name }) => name === workloadName) ?? {
      name: workloadName,
      title: workloadName,
      description: '',
      steps: [],
    }
    const step = workload.steps.find(({ name }) => name === stepName) ?? { name: stepName, title: stepName }
    return { key, workload, step, rows: Number(rows) || 0 }
  })
  const place = (line: Line) => {
    const workload = workloads.indexOf(line.workload)
    const step = line.workload.steps.indexOf(line.step)
    return [workload < 0 ? Infinity : workload, step < 0 ? Infinity : step, line.rows] as const
  }
  return lines.sort((left, right) => {
    const [a, b] = [place(left), place(right)]
    return compare(a[0], b[0]) || compare(a[1], b[1]) || compare(a[2], b[2])
  })
}

// Not by subtraction: Infinity less Infinity is not a number.
const compare = (left: number, right: number) => (left < right ? -1 : left > right ? 1 : 0)

function cell(line: Line, column: Column): Cell | undefined {
  const figures = own(own(column.record.cells, line.key), column.arm)
  if (figures === undefined) return undefined
  if (figures) return { line, column, figures }
  return {
    line,
    column,
    figures: null,
    reason: own(column.record.reasons, `${line.key}/${column.arm}`) ?? 'The record gives no reason.',
  }
}

/** A value by a name that a third party chose: `constructor` is no more than a name. */
export function own<Value>(
  object: Readonly<Record<string, Value>> | undefined,
  name: string,
): Value | undefined {
  return object && Object.hasOwn(object, name) ? object[name] : undefined
}
