import { throwIfAborted } from '../backend/abort.js'
import { isHoldfastError } from '../backend/errors.js'
import type { Batch, Batches, Parameters } from '../backend/types.js'
import { operatorOf } from '../evaluate/evaluate.js'
import { collect } from '../evaluate/operator.js'
import type { Operator } from '../evaluate/operator.js'
import { topOperator } from '../evaluate/top.js'
import { columnsOf } from '../relation/columns-of.js'
import type { RelationColumns } from '../relation/types.js'
import { keyList } from './keys.js'
import { canOverflow, isSorted } from './overflow.js'
import type { CorePart, EnginePart, PlanNode, ScanPart } from './plan.js'
import { split } from './split.js'
import type { ExecuteOptions, PlanEnvironment } from './types.js'

/** One run of a plan. */
export interface Run extends ExecuteOptions {
  readonly environment: PlanEnvironment
  readonly parameters: Parameters
  /** Takes note of rows that an engine has handed over. */
  readonly fetched: (rows: number) => void
}

/** A part of a plan made ready to run any number of times. */
export interface CompiledPart {
  readonly columns: RelationColumns
  readonly open: (run: Run) => Batches
}

/** Compiles a plan: what core evaluates becomes closures here, once. */
export function compilePart(part: PlanNode): CompiledPart {
  switch (part.by) {
    case 'engine':
      return compileEngine(part)
    case 'scan':
      return compileScan(part)
    case 'core':
      return compileCore(part)
  }
}

function compileScan({ database, table, columns: names, keys }: ScanPart): CompiledPart {
  const columns = new Map(
    names.map((name) => [name, columnsOf({ node: 'scan', table, database }).get(name)!]),
  )
  const open = (run: Run): Batches => {
    const found = keys && keyList(table, keys, run.parameters)
    if (found?.length === 0) return []
    return watch(
      run,
      run.environment.session(database).session.scan({
        table,
        columns: names,
        ...(found && { keys: found }),
        ...(run.signal && { signal: run.signal }),
      }),
    )
  }
  return { columns, open }
}

function compileEngine(part: EnginePart): CompiledPart {
  const { database, relation } = part
  const open = ({ environment, parameters, whole, signal }: Run): Batches =>
    environment.session(database).session.run!(relation, parameters, { whole, ...(signal && { signal }) })
  return {
    columns: columnsOf(relation),
    open: canOverflow(relation) ? withOwnVerdict(part, open) : (run) => watch(run, open(run)),
  }
}

/**
 * An overflow that an engine reports may be of its own making, such as a sum that overflows on its way: then core evaluates
 * the same rows. Rows in a total order that were handed on already are left out the second time; rows without one are not
 * handed on before all are there.
 */
function withOwnVerdict({ relation }: EnginePart, open: (run: Run) => Batches): (run: Run) => Batches {
  let own: CompiledPart | undefined
  return async function* (run) {
    let handedOn = 0
    try {
      const batches = watch(run, open(run))
      for await (const batch of isSorted(relation) ? batches : wholly(batches)) {
        yield batch
        handedOn += batch.length
      }
      return
    } catch (error) {
      if (!isHoldfastError(error) || error.code !== 'NUMERIC_OVERFLOW') throw error
    }
    own ??= compilePart(split(relation, withoutPushdown(run.environment)))
    for await (const batch of own.open(run)) {
      const left = batch.slice(handedOn)
      handedOn -= batch.length - left.length
      if (left.length > 0) yield left
    }
  }
}

async function* wholly(batches: Batches): AsyncGenerator<Batch> {
  const rows = await collect(batches)
  if (rows.length > 0) yield rows
}

function withoutPushdown(environment: PlanEnvironment): PlanEnvironment {
  return { session: (database) => ({ ...environment.session(database), pushdown: 'none' }) }
}

function compileCore(part: CorePart): CompiledPart {
  const top = topOf(part)
  const inputs = (top?.inputs ?? part.inputs).map(compilePart)
  const inputColumns = inputs.map(({ columns }) => columns)
  const operator = top?.operator(inputColumns[0]!) ?? operatorOf(part.node, inputColumns)
  return {
    columns: columnsOfCore(part, inputColumns),
    open: (run) =>
      operator(
        inputs.map((input) => lazily(run, input)),
        run.parameters,
      ),
  }
}

/** A limit over a sort, which is evaluated as one; without a count the sort must hold all rows anyway. */
function topOf({ node, inputs }: CorePart) {
  const [sort] = inputs
  if (node.node !== 'limit' || node.count === undefined) return undefined
  if (sort?.by !== 'core' || sort.node.node !== 'sort') return undefined
  const terms = sort.node
  return {
    inputs: sort.inputs,
    operator: (columns: RelationColumns): Operator => {
      const top = topOperator(node, terms, columns)
      return ([input], parameters) => top(input!, parameters)
    },
  }
}

/** The columns that the rows of a node really have: of the columns that it passes on only those that were fetched. */
function columnsOfCore({ node }: CorePart, inputs: readonly RelationColumns[]): RelationColumns {
  if (node.node === 'project' || node.node === 'aggregate') return columnsOf(node)
  if (node.node !== 'join' && node.node !== 'window') return inputs[0]!
  const own = new Set(node.node === 'window' ? node.columns.map(({ name }) => name) : [])
  const there = (name: string) => own.has(name) || inputs.some((columns) => columns.has(name))
  return new Map([...columnsOf(node)].filter(([name]) => there(name)))
}

/** How long core may keep other work of the process waiting while an engine answers without a pause, in milliseconds. */
const turn = 10

/** Opens an input when its first batch is asked for. Lets timers and signals have their turn. */
async function* lazily(run: Run, input: CompiledPart): AsyncGenerator<Batch> {
  let started = performance.now()
  for await (const batch of input.open(run)) {
    yield batch
    if (performance.now() - started < turn) continue
    await new Promise((resume) => setImmediate(resume))
    started = performance.now()
  }
}

/** Counts the rows that come from an engine, and stops when the caller aborts. */
function watch(run: Run, batches: Batches): Batches {
  return Symbol.asyncIterator in batches ? watchAsync(run, batches) : watchSync(run, batches)
}

function* watchSync({ signal, fetched }: Run, batches: Iterable<Batch>): Generator<Batch> {
  throwIfAborted(signal)
  for (const batch of batches) {
    fetched(batch.length)
    yield batch
    throwIfAborted(signal)
  }
}

async function* watchAsync({ signal, fetched }: Run, batches: AsyncIterable<Batch>): AsyncGenerator<Batch> {
  throwIfAborted(signal)
  for await (const batch of batches) {
    fetched(batch.length)
    yield batch
    throwIfAborted(signal)
  }
}
