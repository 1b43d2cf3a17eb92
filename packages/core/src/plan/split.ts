import { conjunction, readsOnly } from '../evaluate/conditions.js'
import { inputsOf } from '../evaluate/evaluate.js'
import type { InnerNode } from '../evaluate/evaluate.js'
import { conjuncts } from '../expression/node.js'
import type { Expression } from '../expression/types.js'
import { columnsOf } from '../relation/columns-of.js'
import type {
  FilterNode,
  JoinNode,
  ProjectNode,
  Relation,
  RelationColumns,
  ScanNode,
} from '../relation/types.js'
import { namedReference, substitute } from './expressions.js'
import { keysOf } from './keys.js'
import { filtered } from './order.js'
import type { CorePart, EnginePart, PlanNode, ScanPart } from './plan.js'
import { requiredOfInputs, withInputs } from './required.js'
import { verdictOf } from './takes.js'
import type { PlanEnvironment } from './types.js'

/**
 * Cuts a relation in normal form (see `withTotalOrder`) into the largest subtrees that engines take and what is left for
 * core. Requires that each name of a database in it is known to the environment.
 */
export function split(relation: Relation, environment: PlanEnvironment): PlanNode {
  const splitter = new Splitter(environment)
  return splitter.finish(splitter.cut(relation), new Set(columnsOf(relation).keys()))
}

class Splitter {
  readonly #environment: PlanEnvironment
  /** The scans that an engine would run itself as a part of something larger. */
  readonly #taken = new Map<PlanNode, EnginePart>()

  constructor(environment: PlanEnvironment) {
    this.#environment = environment
  }

  /** Bottom-up: engines are asked about a node once all below it is theirs. */
  cut(relation: Relation): PlanNode {
    if (relation.node === 'scan') return this.#scan(relation)
    const inputs = inputsOf(relation).map((input) => this.cut(input))
    if (relation.node === 'filter') return this.#filter(relation, inputs[0]!, conjuncts(relation.condition))
    const taken = this.#take(relation, inputs)
    if (taken !== undefined) return taken
    // A copy, which is not among what engines run: they need not keep the order of their scan above it.
    if (relation.node === 'sort' && isInOrder(relation, inputs[0]!)) return { ...inputs[0]! }
    return relation.node === 'join' ? this.#join(relation, inputs) : { by: 'core', node: relation, inputs }
  }

  /** Top-down: nothing is fetched that nobody above asks for. */
  finish(part: PlanNode, required: ReadonlySet<string>): PlanNode {
    switch (part.by) {
      case 'scan':
        return { ...part, columns: part.columns.filter(atLeastOne(part.columns, required)) }
      case 'engine':
        return this.#narrow(part, required)
      case 'core': {
        const needs = requiredOfInputs(part.node, required)
        return { ...part, inputs: part.inputs.map((input, index) => this.finish(input, needs[index]!)) }
      }
    }
  }

  #scan(node: ScanNode): PlanNode {
    const { table, database } = node
    const { capabilities, pushdown } = this.#environment.session(database)
    const part: ScanPart = {
      by: 'scan',
      database,
      table,
      columns: table.columns.map(({ name }) => name),
      inKeyOrder: capabilities.scanInKeyOrder && pushdown === 'auto',
    }
    if (this.#asks(node, database) === 'exact')
      this.#taken.set(part, { by: 'engine', database, relation: node })
    return part
  }

  /** What the engine runs, if all of a part is its. */
  #runnable(part: PlanNode): EnginePart | undefined {
    return part.by === 'engine' ? part : this.#taken.get(part)
  }

  #asks(relation: Relation, database: string): 'exact' | 'superset' | 'no' {
    return verdictOf(relation, this.#environment.session(database))
  }

  #take(node: InnerNode, inputs: readonly PlanNode[]): EnginePart | undefined {
    const runnable = inputs.map((input) => this.#runnable(input))
    const database = runnable[0]?.database
    if (database === undefined || runnable.some((input) => input?.database !== database)) return undefined
    const relation = withInputs(
      node,
      runnable.map((input) => input!.relation),
    )
    return this.#asks(relation, database) === 'exact' ? { by: 'engine', database, relation } : undefined
  }

  /** Brings conditions as far down as they may go. `node` says what they are conditions of. */
  #filter(node: FilterNode, part: PlanNode, conditions: readonly Expression[]): PlanNode {
    if (conditions.length === 0) return part
    const runnable = this.#runnable(part)
    if (runnable !== undefined) {
      const { pushed, inexact } = this.#pushed(runnable, conditions)
      if (pushed.length > 0) {
        const engine = { ...runnable, relation: filtered(runnable.relation, pushed) }
        const rest = conditions.filter(
          (condition) => !pushed.includes(condition) || inexact.includes(condition),
        )
        return coreFilter(node, engine, rest)
      }
    }
    if (part.by === 'scan') return this.#readKeys(node, part, conditions)
    if (part.by === 'core' && part.node.node === 'join')
      return this.#filterJoin(node, part, part.node, conditions)
    if (part.by === 'core' && part.node.node === 'filter') {
      const [input] = part.inputs
      return coreFilter(node, this.#filter(node, input!, conditions), conjuncts(part.node.condition))
    }
    if (part.by === 'core' && part.node.node === 'project') {
      return this.#filterProject(node, part, part.node, conditions)
    }
    return coreFilter(node, part, conditions)
  }

  /**
   * The conditions that the engine runs in one filter, and those of them that core has to look at again. Of what it accepts
   * one by one it may refuse too much together: then the first half is asked, and so on.
   */
  #pushed({ relation, database }: EnginePart, conditions: readonly Expression[]): Pushed {
    const verdicts = new Map(
      conditions.map((condition) => [
        condition,
        this.#asks({ node: 'filter', input: relation, condition }, database),
      ]),
    )
    let pushed = conditions.filter((condition) => verdicts.get(condition) !== 'no')
    for (; pushed.length > 0; pushed = pushed.slice(0, pushed.length >> 1)) {
      const together = filtered(relation, pushed)
      const inexact = pushed.filter((condition) => verdicts.get(condition) === 'superset')
      if (conjuncts(together.condition).length === 1) return { pushed, inexact }
      const verdict = this.#asks(together, database)
      if (verdict === 'exact') return { pushed, inexact: [] }
      if (verdict === 'superset') return { pushed, inexact: inexact.length > 0 ? inexact : pushed }
    }
    return { pushed, inexact: [] }
  }

  /** Conditions on columns that a projection passes on as they are go below it. */
  #filterProject(
    node: FilterNode,
    part: CorePart,
    { input, columns }: ProjectNode,
    conditions: readonly Expression[],
  ): PlanNode {
    const passed = new Map(
      columns.flatMap(({ name, expression }) => (expression.kind === 'column' ? [[name, expression]] : [])),
    )
    const below = conditions.filter((condition) => readsOnly(condition, (name) => passed.has(name)))
    const rest = conditions.filter((condition) => !below.includes(condition))
    const meant = below.map((condition) => substitute(condition, passed))
    const filtered = this.#filter({ ...node, input }, part.inputs[0]!, meant)
    return coreFilter(node, { ...part, inputs: [filtered] }, rest)
  }

  /** Reads by key where the conditions say which keys there can be. */
  #readKeys(node: FilterNode, part: ScanPart, conditions: readonly Expression[]): PlanNode {
    const found =
      this.#environment.session(part.database).pushdown === 'auto' && part.keys === undefined
        ? keysOf(part.table, conditions)
        : undefined
    if (found === undefined) return coreFilter(node, part, conditions)
    return coreFilter(node, { ...part, keys: found.keys, inKeyOrder: false }, found.rest)
  }

  /** Conditions on one side alone go there, but for those on the right of a left join. */
  #filterJoin(node: FilterNode, part: CorePart, join: JoinNode, conditions: readonly Expression[]): PlanNode {
    const sides = sidesOf(join, conditions)
    const left = this.#filter({ ...node, input: join.left }, part.inputs[0]!, sides.left)
    const right =
      join.kind === 'inner'
        ? this.#filter({ ...node, input: join.right }, part.inputs[1]!, sides.right)
        : part.inputs[1]!
    const rest = join.kind === 'inner' ? sides.rest : [...sides.right, ...sides.rest]
    return coreFilter(node, { ...part, inputs: [left, right] }, rest)
  }

  /** A join in core, after what its condition says of one side alone went there. */
  #join(node: JoinNode, [left, right]: readonly PlanNode[]): CorePart {
    const sides = sidesOf(node, conjuncts(node.condition))
    const over = (input: Relation): FilterNode => ({ node: 'filter', input, condition: node.condition })
    return {
      by: 'core',
      node,
      inputs: [
        node.kind === 'inner' ? this.#filter(over(node.left), left!, sides.left) : left!,
        this.#filter(over(node.right), right!, sides.right),
      ],
    }
  }

  #narrow(part: EnginePart, required: ReadonlySet<string>): EnginePart {
    const names = [...columnsOf(part.relation).keys()]
    const columns = names.filter(atLeastOne(names, required)).map(namedReference)
    if (columns.length === names.length) return part
    const relation: Relation = { node: 'project', input: part.relation, columns }
    return this.#asks(relation, part.database) === 'exact' ? { ...part, relation } : part
  }
}

interface Pushed {
  readonly pushed: readonly Expression[]
  readonly inexact: readonly Expression[]
}

/** Passes the names that are required, or the first of all where none is: rows still have to be counted. */
function atLeastOne(names: readonly string[], required: ReadonlySet<string>): (name: string) => boolean {
  return names.some((name) => required.has(name)) ? (name) => required.has(name) : (name) => name === names[0]
}

function coreFilter(node: FilterNode, input: PlanNode, conditions: readonly Expression[]): PlanNode {
  if (conditions.length === 0) return input
  if (input.by === 'core' && input.node.node === 'filter') {
    return {
      ...input,
      node: { ...input.node, condition: conjunction([...conjuncts(input.node.condition), ...conditions]) },
    }
  }
  return { by: 'core', node: { ...node, condition: conjunction(conditions) }, inputs: [input] }
}

/** The conditions that read only the left side (or nothing), only the right side, and both. */
function sidesOf(join: JoinNode, conditions: readonly Expression[]) {
  const within = (columns: RelationColumns) => (condition: Expression) =>
    readsOnly(condition, (name) => columns.has(name))
  const [ofLeft, ofRight] = [within(columnsOf(join.left)), within(columnsOf(join.right))]
  const left = conditions.filter(ofLeft)
  const right = conditions.filter((condition) => !left.includes(condition) && ofRight(condition))
  const rest = conditions.filter((condition) => !left.includes(condition) && !right.includes(condition))
  return { left, right, rest }
}

/** Whether a part gives its rows in the order of a sort by construction. */
function isInOrder(sort: Extract<Relation, { node: 'sort' }>, part: PlanNode): boolean {
  const order = keyOrderOf(part)
  return (
    sort.terms.length <= order.length &&
    sort.terms.every(
      ({ expression, direction }, index) =>
        direction === 'ascending' && expression.kind === 'column' && expression.name === order[index],
    )
  )
}

/** The columns, never null, by which the rows of a part ascend. */
function keyOrderOf(part: PlanNode): readonly string[] {
  if (part.by === 'scan') return part.inKeyOrder ? part.table.primaryKey : []
  if (part.by === 'engine') return []
  const order = keyOrderOf(part.inputs[0]!)
  switch (part.node.node) {
    case 'filter':
    case 'limit':
    case 'window':
    case 'join':
      return order
    case 'project': {
      const { columns } = part.node
      const names = order.map(
        (key) =>
          columns.find(({ expression }) => expression.kind === 'column' && expression.name === key)?.name,
      )
      const lost = names.indexOf(undefined)
      return (lost === -1 ? names : names.slice(0, lost)) as string[]
    }
    default:
      return []
  }
}
