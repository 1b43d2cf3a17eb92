import type { Backend, Engine, Parameters } from '../../src/backend/types.js'
import { wrapBackend } from '../../src/conformance/index.js'
import { evaluate } from '../../src/evaluate/evaluate.js'
import type { Relation, ScanNode } from '../../src/relation/types.js'
import { plainBackend } from './plain-backend.js'

export type Run = (relation: Relation, parameters: Parameters) => AsyncIterable<Record<string, never>[]>

/** An engine that takes every query whole. What is changed about the relation before it is run is its defect. */
export function takingBackend(change: (relation: Relation) => Relation = (relation) => relation): Backend {
  return wrapBackend(plainBackend(), (engine) => ({
    takes: () => 'exact',
    run: (relation: Relation, parameters: Parameters) =>
      evaluate(change(relation), (scan) => everything(engine, scan), parameters),
  }))
}

function everything(engine: Engine, { table }: ScanNode): ReturnType<Engine['scan']> {
  return engine.scan({ table, columns: table.columns.map(({ name }) => name) })
}
