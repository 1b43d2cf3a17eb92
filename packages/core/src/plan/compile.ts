import { throwIfAborted } from '../backend/abort.js'
import { isHoldfastError } from '../backend/errors.js'
import type { Batch, Batches, Parameters } from '../backend/types.js'
import { operatorOf } from '../evaluate/evaluate.js'
import type { Operator } from '../evaluate/operator.js'
import type { Workspace } from '../evaluate/spill/workspace.js'
import { topOperator } from '../evaluate/top.js'
import { columnsOf } from '../relation/columns-of.js'
import type { Relation, RelationColumns } from '../relation/types.js'
import { holdersIn, inWorkspace, wholly } from './holding.js'
import { keyList } from './keys.js'
import { canOverflow, isSorted } from './overflow.js'
import type { CorePart, EnginePart, Plan, PlanNode, ScanPart } from './plan.js'
import { consistently, databasesReadAgain } from './snapshot.js'
import { split } from './split.js'
import type { ExecuteOptions, PlanEnvironment } from './types.js'

/** One run of a plan. */
export interface Run extends ExecuteOptions {
  readonly environment: PlanEnvironment
  readonly parameters: Parameters
  /** Takes note of rows that an engine has handed over. */
  readonly fetched: (rows: number) => void
  /** Takes note of bytes that core has written to disk. */
  readonly spilled: (bytes: number) => void
  /** To be told of what core evaluates in the place of an engine that had taken it. */
  readonly takenOver: (relation: Relation) => void
  /** Where core holds rows. */
  readonly workspace: Workspace
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
  const own = ownWay(part)
  const open = (run: Run): Batches => {
    const { environment, parameters, whole, signal } = run
    const { session } = environment.session(database)
    // A snapshot may be able to do less than the engine that it is of.
    if (session.run === undefined) return own(run)
    return watch(run, session.run(relation, parameters, { whole, ...(signal && { signal }) }))
  }
  return {
    columns: columnsOf(relation),
    open: canOverflow(relation) ? withOwnVerdict(part, open, own) : open,
  }
}

/** How core evaluates what an engine was to run. */
function ownWay({ relation }: EnginePart): (run: Run) => Batches {
  let own: Omit<Plan, 'root' | 'nodes' | 'nodesTaken'> | undefined
  return (run) => {
    if (own === undefined) {
      const root = split(relation, withoutPushdown(run.environment))
      const part = compilePart(root)
      own = { ...part, holders: holdersIn(root), readAgain: databasesReadAgain(root) }
    }
    return inWorkspace(run, own)
  }
}

/**
 * An overflow that an engine reports may be of its own making, such as a sum that overflows on its way: then core evaluates
 * the same rows. Rows of a stream in a total order that were handed on already are left out the second time; other rows are
 * not handed on before all are there.
 */
function withOwnVerdict(
  { database, relation }: EnginePart,
  open: (run: Run) => Batches,
  own: (run: Run) => Batches,
): (run: Run) => Batches {
  const sorted = isSorted(relation)
  const columns = columnsOf(relation)
  const judged = async function* (run: Run): AsyncGenerator<Batch> {
    let handedOn = 0
    try {
      const batches = open(run)
      for await (const batch of sorted && !run.whole ? batches : wholly(run, batches, columns)) {
        yield batch
        handedOn += batch.length
      }
      return
    } catch (error) {
      if (!isHoldfastError(error) || error.code !== 'NUMERIC_OVERFLOW') throw error
    }
    run.takenOver(relation)
    for await (const batch of own(run)) {
      const left = batch.slice(handedOn)
      handedOn -= batch.length - left.length
      if (left.length > 0) yield left
    }
  }
  // What is left out the second time must be what was handed on the first time.
  return (run) =>
    sorted && !run.whole ? consistently([database], run, { columns, open: judged }) : judged(run)
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
        run.workspace,
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
      return ([input], parameters, workspace) => top(input!, parameters, workspace)
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
