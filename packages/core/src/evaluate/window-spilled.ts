import type { Batch, Parameters } from '../backend/types.js'
import type { Expression } from '../expression/types.js'
import type { RelationColumns, SortTerm, WindowColumn, WindowNode } from '../relation/types.js'
import type { StoredRow } from '../schema/types.js'
import { eachColumn } from './conditions.js'
import { compileSorter } from './sorter.js'
import { ExternalSort } from './spill/external-sort.js'
import { inputOrder } from './spill/merge.js'
import type { PlacedRow } from './spill/merge.js'
import type { PlacedRows } from './spill/records.js'
import { rowSize } from './spill/row-size.js'
import { pour } from './spill/sink.js'
import { spilled } from './spill/spilled-rows.js'
import type { SpilledRows } from './spill/spilled-rows.js'
import type { Workspace } from './spill/workspace.js'
import { compileOrder } from './row-order.js'
import { compileWindowFunction } from './window-functions.js'

const valueName = 'value'

/**
 * Windows over rows on disk. For each column the rows are sorted by partition and order and pass by its function, whose
 * values are sorted into the order of the rows. A function holds as much as lies between its row and the rows that it looks
 * at, and a place in the input for each row whose value waits for others.
 */
export function compileSpilledWindow(node: WindowNode, columns: RelationColumns) {
  const computations = node.columns.map((column) => compileColumn(column, columns))
  const names = [...columns.keys()]

  return async function* (
    source: AsyncIterable<PlacedRows>,
    parameters: Parameters,
    workspace: Workspace,
  ): AsyncGenerator<Batch> {
    const input = await spilled(workspace.file, names, source)
    const results: SpilledRows[] = []
    for (const compute of computations) results.push(await compute(input.read(), parameters, workspace))
    const readers = results.map((values) => new ValueReader(values))
    for await (const { rows } of input.take()) {
      for (const [index, { name }] of node.columns.entries()) await readers[index]!.fill(rows, name)
      yield rows
    }
  }
}

/** Gives the value of a window column for each row, in the order of the rows. */
function compileColumn(column: WindowColumn, columns: RelationColumns) {
  const { partitionBy, orderBy, argument } = column
  const read = new Set<string>()
  const expressions = [...partitionBy, ...orderBy.map(({ expression }) => expression)]
  for (const expression of argument === undefined ? expressions : [...expressions, argument])
    eachColumn(expression, (name) => read.add(name))
  const needed: RelationColumns = new Map([...columns].filter(([name]) => read.has(name)))
  const partitionTerms = partitionBy.map(ascending)
  const order = compileSorter([...partitionTerms, ...orderBy], needed)
  const comparePartitions = compileOrder(partitionTerms, needed).compare
  const start = compileWindowFunction(column, needed)
  const sizeOfResult = rowSize(new Map([[valueName, { type: { name: 'text' }, nullable: true }]]))

  return async (
    source: AsyncIterable<PlacedRows>,
    parameters: Parameters,
    workspace: Workspace,
  ): Promise<SpilledRows> => {
    const share = workspace.limit / 2
    const sorter = order.start(parameters, workspace, share)
    await pour(source, sorter)
    // Within a partition the terms that make it are equal: the others decide.
    const context = { compare: order.compare, parameters }
    const results = new ExternalSort<PlacedRow>(
      workspace,
      [valueName],
      inputOrder,
      ({ row }) => resultSize + sizeOfResult(row),
      share,
    )
    const waiting = new Waiting()
    let partition: ReturnType<typeof start> | undefined
    let last: ReturnType<typeof order.entry> | undefined
    /** Takes the values that are known; true when `write` must be awaited before the next ones. */
    const give = (): boolean => {
      for (let value = partition?.next(); value !== undefined; value = partition?.next())
        if (results.add({ row: { [valueName]: value }, position: waiting.take() })) return true
      return false
    }
    for await (const { rows, positions } of sorter.merged()) {
      for (let index = 0; index < rows.length; index++) {
        const entry = order.entry(rows[index]!, positions[index]!, parameters)
        if (last === undefined || comparePartitions(last, entry) !== 0) {
          partition?.end()
          while (give()) await results.write()
          partition = start(context)
        }
        last = entry
        waiting.add(entry.position)
        partition!.take(entry)
        while (give()) await results.write()
      }
    }
    partition?.end()
    while (give()) await results.write()
    return spilled(workspace.file, [valueName], results.merged())
  }
}

/** What a result takes beside its value. */
const resultSize = 80

function ascending(expression: Expression): SortTerm {
  return { expression, direction: 'ascending', nulls: 'last' }
}

/** Positions on their way, first in, first out. */
class Waiting {
  #positions: number[] = []
  #first = 0

  add(position: number): void {
    this.#positions.push(position)
  }

  take(): number {
    const position = this.#positions[this.#first++]!
    if (this.#first > 1024 && 2 * this.#first > this.#positions.length) {
      this.#positions = this.#positions.slice(this.#first)
      this.#first = 0
    }
    return position
  }
}

/** The values of a column, one after the other. */
class ValueReader {
  readonly #batches: AsyncIterator<PlacedRows>
  #rows: readonly StoredRow[] = []
  #next = 0

  constructor(values: SpilledRows) {
    this.#batches = values.take()
  }

  /** Gives each of the rows its value. */
  async fill(rows: readonly StoredRow[], name: string): Promise<void> {
    for (const row of rows) {
      if (this.#next === this.#rows.length) {
        this.#rows = ((await this.#batches.next()).value as PlacedRows).rows
        this.#next = 0
      }
      row[name] = this.#rows[this.#next++]![valueName]!
    }
  }
}
