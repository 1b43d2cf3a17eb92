import { compileExpression, conjuncts } from '@holdfast/core/backend'
import type { Evaluate, Expression, NamedExpression, Relation, StoredRow } from '@holdfast/core/backend'
import type { MemoryTable } from '../storage/memory-table.js'
import { compileOutput } from './output.js'
import type { Output } from './output.js'
import { compileShape, tableColumns } from './program.js'
import type { Program } from './program.js'
import { compileSelection } from './selection.js'
import type { Selection } from './selection.js'
import type { Shape } from './shape.js'

/** All that was compiled for a table: once, as long as what it was compiled from is there. */
export class TableQueries {
  readonly #table: MemoryTable
  readonly #programs = new WeakMap<Relation, Program>()
  readonly #outputs = new Map<string, Output>()
  readonly #selections = new WeakMap<Expression, Selection>()
  readonly #evaluates = new WeakMap<Expression, Evaluate<StoredRow>>()

  constructor(table: MemoryTable) {
    this.#table = table
  }

  program(relation: Relation, shape: Shape): Program {
    let program = this.#programs.get(relation)
    if (program === undefined) this.#programs.set(relation, (program = compileShape(shape, this.#table)))
    return program
  }

  /** Makes rows with these columns out of the table's. */
  output(columns: readonly string[]): Output {
    const name = columns.join()
    let output = this.#outputs.get(name)
    if (output === undefined) {
      if (this.#outputs.size >= mostOutputs) this.#outputs.clear()
      this.#outputs.set(name, (output = this.#compileOutput(columns)))
    }
    return output
  }

  /** The rows for which a condition is true, or all. */
  selection(condition: Expression | undefined): Selection {
    const columns = tableColumns(this.#table)
    if (condition === undefined) return compileSelection([], columns)
    let selection = this.#selections.get(condition)
    if (selection === undefined) {
      this.#selections.set(condition, (selection = compileSelection(conjuncts(condition), columns)))
    }
    return selection
  }

  /** A scalar of a row. */
  evaluate(expression: Expression): Evaluate<StoredRow> {
    let evaluate = this.#evaluates.get(expression)
    if (evaluate === undefined) {
      const { types, readers } = tableColumns(this.#table)
      evaluate = compileExpression<StoredRow>(expression, types, (name) => readers.get(name)!.field)
      this.#evaluates.set(expression, evaluate)
    }
    return evaluate
  }

  #compileOutput(columns: readonly string[]): Output {
    const { types, readers } = tableColumns(this.#table)
    const outputs = columns.map((name): NamedExpression => ({ name, expression: { kind: 'column', name } }))
    return compileOutput(outputs, types, (name) => readers.get(name)!.field)
  }
}

/** Tables of many columns can be asked for in more ways than are worth keeping. */
const mostOutputs = 256

const queries = new WeakMap<MemoryTable, TableQueries>()

/** What was compiled for this table. */
export function queriesOf(table: MemoryTable): TableQueries {
  let ofTable = queries.get(table)
  if (ofTable === undefined) queries.set(table, (ofTable = new TableQueries(table)))
  return ofTable
}
