import { evaluate, wrapBackend } from '@holdfast/core/conformance'
import type {
  Backend,
  Batch,
  Capabilities,
  Engine,
  Parameters,
  Relation,
  ScanNode,
} from '@holdfast/core/backend'
import { memory } from '@holdfast/memory'
import { sqlite } from '@holdfast/sqlite'
import { plainBackend } from '../../../packages/core/test/conformance/plain-backend.ts'
import { nodesOf } from './relations.ts'

/** Good engines, to be spoilt. */

export { plainBackend as plain }

/** Methods of an engine that are others; `undefined` takes an optional one away. */
export type Replacement = Partial<Record<keyof Engine, unknown>>

/** The same backend with other capabilities. */
export function declaring(backend: Backend, capabilities: Partial<Capabilities>): Backend {
  return { ...backend, capabilities: Object.freeze({ ...backend.capabilities, ...capabilities }) }
}

/** Runs a relation over what an engine scans, with exactly its meaning. */
export type Run = (relation: Relation, parameters: Parameters) => AsyncIterable<Batch>

/** All tables are scanned in one step, so that the query sees one state of them. */
export function runnerOver(engine: Engine): Run {
  return async function* (relation, parameters) {
    const scanned = new Map(
      nodesOf(relation).flatMap((node) =>
        node.node === 'scan' ? [[node.table.name, everything(engine, node)] as const] : [],
      ),
    )
    const rowsOf = ({ table }: ScanNode): Batch[] =>
      (scanned.get(table.name) ?? []).map((batch) => batch.map((row) => ({ ...row })))
    yield* evaluate(relation, rowsOf, parameters)
  }
}

function everything(engine: Engine, { table }: ScanNode): readonly Batch[] {
  const columns = table.columns.map(({ name }) => name)
  return Array.from(engine.scan({ table, columns }) as Iterable<Batch>)
}

/** An engine that takes every query whole, and the writes by condition. */
export function taking(replace: (engine: Engine, run: Run) => Replacement = () => ({})): Backend {
  return wrapBackend(plainBackend(), (engine) => {
    const run = runnerOver(engine)
    return { takes: () => 'exact', run, ...replace(engine, run) }
  })
}

/** An engine whose contents outlive it: who opens the same backend again finds what was there. */
export function lasting(replace: (engine: Engine) => Replacement = () => ({})): Backend {
  const backend = declaring(plainBackend(), { durable: true })
  let kept: Promise<Engine> | undefined
  const lastingEngine: Backend = {
    ...backend,
    open: (context) => (kept ??= backend.open(context)),
  }
  return wrapBackend(lastingEngine, (engine) => ({ close: async () => undefined, ...replace(engine) }))
}

/** An engine with transactions of its own, that scans in the order of the key and leaves everything else to core. */
export function scanning(replace: (engine: Engine) => Replacement): Backend {
  return wrapBackend(memory(), (engine) => ({
    takes: undefined,
    get: undefined,
    updateWhere: undefined,
    deleteWhere: undefined,
    ...replace(engine),
  }))
}

/** SQLite, of which each database has a memory of its own. */
export function sqliteInMemory(replace: (engine: Engine) => Replacement): Backend {
  return wrapBackend(sqlite({ path: ':memory:' }), replace)
}
