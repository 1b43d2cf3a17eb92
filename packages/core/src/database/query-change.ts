import { HoldfastError } from '../backend/errors.js'
import type { PatchChange, Session } from '../backend/types.js'
import { userKey } from '../backend/write-errors.js'
import type { Expression } from '../expression/index.js'
import { takesExactly } from '../plan/index.js'
import type { FilterNode, NamedExpression, ProjectNode, Relation, ScanNode } from '../relation/index.js'
import type { Key, StoredRow, TableDefinition } from '../schema/types.js'
import { readAssignments } from './assignments.js'
import type { Call } from './diagnostics.js'
import { runnerOf } from './query-run.js'
import type { QueryRunner } from './query-run.js'
import { columnNamed } from './query-state.js'
import type { QueryState } from './query-state.js'
import type { Scope } from './scope.js'
import { requireKey } from './table-writer.js'
import { rulesOf } from './update-rules.js'
import type { UpdateRule } from './update-rules.js'

type Input = ScanNode | FilterNode

/** The rows of one table that an `update` or `delete` changes: exactly those that the query reads (WRITE-7). */
export class ChangeTarget {
  readonly #runner: QueryRunner
  readonly #scope: Scope
  readonly #input: Input
  readonly #table: TableDefinition

  /** @throws HoldfastError `TYPE_MISMATCH` when the query is more than the condition of one table */
  constructor(state: QueryState) {
    this.#runner = state.runner
    this.#scope = state.runner.first
    this.#input = inputOf(state)
    this.#table = tableOf(this.#input)
  }

  async update(given: unknown, signal: AbortSignal | undefined): Promise<number> {
    const call = this.#call('update', signal)
    return this.#scope.perform(call, async () => {
      this.#requireWritable()
      const codec = this.#scope.connection.codec(this.#table)
      const set = readAssignments(this.#table, codec, given)
      if (set.length === 0 && codec.version === undefined) return this.#count(call)
      const rules = rulesOf(this.#table, set)
      call.rows =
        rules.length === 0 && this.#updatesNatively(set)
          ? await this.#scope.change((session) => this.#updateNatively(session, set), signal)
          : await this.#scope.atomically((scope) => this.#in(scope).#updateChecked(set, rules, call), signal)
      return call.rows
    })
  }

  async delete(signal: AbortSignal | undefined): Promise<number> {
    const call = this.#call('delete', signal)
    return this.#scope.perform(call, async () => {
      this.#requireWritable()
      call.rows = this.#deletesNatively()
        ? await this.#scope.change((session) => this.#deleteNatively(session), signal)
        : await this.#scope.atomically((scope) => this.#in(scope).#deleteByKey(call), signal)
      return call.rows
    })
  }

  /** The same target seen through another scope of the same database. */
  #in(scope: Scope): ChangeTarget {
    return new ChangeTarget({ runner: runnerOf(scope), sources: [], rows: this.#input, terms: [] })
  }

  async #updateChecked(
    set: readonly NamedExpression[],
    rules: readonly UpdateRule[],
    call: Call,
  ): Promise<number> {
    await this.#refuseViolations(rules, call)
    const session = this.#scope.changeable()
    return this.#updatesNatively(set)
      ? this.#updateNatively(session, set)
      : this.#updateByKey(session, set, call)
  }

  /** Looks for a row that the update would make unacceptable. */
  async #refuseViolations(rules: readonly UpdateRule[], call: Call): Promise<void> {
    if (rules.length === 0) return
    const broken = rules.map(({ violated }) => violated)
    const condition: Expression =
      broken.length === 1 ? broken[0]! : { kind: 'call', function: 'or', arguments: broken }
    const keys = this.#table.primaryKey.map((name) => ({ name, expression: columnNamed(name) }))
    const flags = rules.map(({ violated }, index) => ({ name: `$${index}`, expression: violated }))
    const filter: FilterNode = { node: 'filter', input: this.#input, condition }
    const relation: Relation = { node: 'project', input: filter, columns: [...keys, ...flags] }
    const [row] = await this.#runner.storedRows({ node: 'limit', input: relation, count: 1, offset: 0 }, call)
    if (row === undefined) return
    const rule = rules[flags.findIndex(({ name }) => row[name] === true)]!
    throw rule.error(userKey(this.#table, this.#keyOf(row)))
  }

  /** Reads what the rows become, then patches them by their keys. */
  async #updateByKey(session: Session, set: readonly NamedExpression[], call: Call): Promise<number> {
    const keys = this.#table.primaryKey.map((name) => ({ name, expression: columnNamed(name) }))
    const rows = await this.#runner.storedRows(
      { node: 'project', input: this.#input, columns: [...keys, ...set] },
      call,
    )
    if (rows.length === 0) return 0
    const patches: PatchChange['patches'] = rows.map((row) => ({
      key: this.#keyOf(row),
      set: Object.fromEntries(set.map(({ name }) => [name, row[name]!])),
    }))
    const { counts } = await session.write(
      withSignal({ changes: [{ kind: 'patch', table: this.#table, patches }] }, call),
    )
    return counts[0] ?? 0
  }

  async #deleteByKey(call: Call): Promise<number> {
    const session = this.#scope.changeable()
    const columns = this.#table.primaryKey.map((name) => ({ name, expression: columnNamed(name) }))
    const rows = await this.#runner.storedRows({ node: 'project', input: this.#input, columns }, call)
    if (rows.length === 0) return 0
    const keys = rows.map((row) => ({ key: this.#keyOf(row) }))
    const { counts } = await session.write(
      withSignal({ changes: [{ kind: 'delete', table: this.#table, keys }] }, call),
    )
    return counts[0] ?? 0
  }

  async #count(call: Call): Promise<number> {
    const aggregates = [{ name: 'rows', function: 'count' } as const]
    const [row] = await this.#runner.storedRows(
      { node: 'aggregate', input: this.#input, groups: [], aggregates },
      call,
    )
    return Number(row?.['rows'])
  }

  #updatesNatively(set: readonly NamedExpression[]): boolean {
    const { session, engine, pushdown } = this.#scope.planDatabase
    if (pushdown === 'none' || session.updateWhere === undefined || set.length === 0) return false
    return takesExactly(this.#parameterized(set).relation, engine)
  }

  async #updateNatively(session: Session, assignments: readonly NamedExpression[]): Promise<number> {
    const { relation, parameters } = this.#parameterized(assignments)
    const { input, columns: set } = relation as ProjectNode
    return session.updateWhere!({ table: this.#table, set, ...conditionOf(input) }, parameters)
  }

  #deletesNatively(): boolean {
    const { session, engine, pushdown } = this.#scope.planDatabase
    if (pushdown === 'none' || session.deleteWhere === undefined) return false
    return takesExactly(this.#parameterized().relation, engine)
  }

  async #deleteNatively(session: Session): Promise<number> {
    const { relation, parameters } = this.#parameterized()
    return session.deleteWhere!({ table: this.#table, ...conditionOf(relation) }, parameters)
  }

  /** The change as a relation of which the engine can say whether it takes it: one object for each shape. */
  #parameterized(set?: readonly NamedExpression[]) {
    return this.#runner.parameterize(
      set === undefined ? this.#input : { node: 'project', input: this.#input, columns: set },
    )
  }

  #keyOf(row: StoredRow): Key {
    return this.#table.primaryKey.map((name) => row[name]!)
  }

  #call(verb: string, signal: AbortSignal | undefined): Call {
    return { verb, table: this.#table.name, signal }
  }

  #requireWritable(): void {
    this.#scope.changeable()
    requireKey(this.#table)
  }
}

function withSignal<Request extends object>(
  request: Request,
  { signal }: Call,
): Request & { signal?: AbortSignal } {
  return signal === undefined ? request : { ...request, signal }
}

function conditionOf(relation: Relation): { readonly condition?: Expression } {
  return relation.node === 'filter' ? { condition: relation.condition } : {}
}

function inputOf({ rows, terms, count, offset }: QueryState): Input {
  const input = rows.node === 'filter' ? rows.input : rows
  const plain = terms.length === 0 && count === undefined && offset === undefined
  if (plain && input.node === 'scan') return rows as Input
  throw new HoldfastError(
    'TYPE_MISMATCH',
    'update and delete change the rows of one table that match a condition: the query may say nothing but where.',
  )
}

function tableOf(input: Input): TableDefinition {
  return input.node === 'scan' ? input.table : (input.input as ScanNode).table
}
