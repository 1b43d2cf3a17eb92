import { columnsOf, tupleIdentity } from '@holdfast/core/backend'
import type { Batch, Identity, Parameters, RunOptions, StoredRow, StoredValue } from '@holdfast/core/backend'
import { fieldOf } from '../storage/fields.js'
import type { TableView } from '../storage/view.js'
import { compileAggregators } from './aggregators.js'
import type { GroupedRows } from './aggregators.js'
import { compileCoder } from './grouping.js'
import type { Coded } from './grouping.js'
import { compileOutput } from './output.js'
import type { Program } from './program.js'
import { compileSelection } from './selection.js'
import type { Selected } from './selection.js'
import type { TableColumns } from './selector.js'
import type { Groups, Shape } from './shape.js'

/** Compiles a query that gives groups of rows. */
export function compileGroups(shape: Shape, { groups, aggregates }: Groups, columns: TableColumns): Program {
  const types = columnsOf({ node: 'aggregate', input: shape.scan, groups, aggregates })
  const names = [...types.keys()]
  const selection = compileSelection(shape.conditions, columns)
  const coder = compileCoder(groups, columns)
  const makeAggregators = compileAggregators(aggregates, columns)
  const identityOf = tupleIdentity(groups.map(({ name }) => types.get(name)!.type))
  const output = compileOutput(shape.outputs, types, fieldOf)

  function* run(view: TableView, parameters: Parameters, { signal }: RunOptions): Generator<Batch> {
    const known = new KnownGroups(identityOf)
    // Without groups there is one row, also over nothing (AGG-1).
    if (groups.length === 0) known.add([])
    const { takers, results } = makeAggregators()
    for (const selected of selection.select(view, { parameters, signal })) {
      const rows = known.tellApart(selected, coder(selected, parameters))
      for (const taker of takers) taker.take(rows, parameters)
    }
    const batch = known.values.map((values, group): StoredRow => {
      const all = [...values, ...results.map((result) => result(group))]
      return output(Object.fromEntries(names.map((name, place) => [name, all[place]!])), parameters)
    })
    if (batch.length > 0) yield batch
  }
  return { run, way: selection.way }
}

/** The groups of one run, in the order of their first rows. */
class KnownGroups {
  readonly #identityOf: (values: readonly StoredValue[]) => Identity
  readonly #places = new Map<Identity, number>()
  readonly values: (readonly StoredValue[])[] = []

  constructor(identityOf: (values: readonly StoredValue[]) => Identity) {
    this.#identityOf = identityOf
  }

  /** The place of a group, new or known. */
  add(values: readonly StoredValue[]): number {
    const identity = this.#identityOf(values)
    let place = this.#places.get(identity)
    if (place === undefined) this.#places.set(identity, (place = this.values.push(values) - 1))
    return place
  }

  /** Finds the group of each code that has a row. */
  tellApart(selected: Selected, coded: Coded): GroupedRows {
    const { counts, valuesOf } = coded
    const groups = new Uint32Array(counts.length)
    for (let code = 0; code < counts.length; code++) {
      if (counts[code]! > 0) groups[code] = this.add(valuesOf(code))
    }
    return { ...selected, ...coded, groups }
  }
}
