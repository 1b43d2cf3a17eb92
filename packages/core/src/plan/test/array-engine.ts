import type {
  Batch,
  Batches,
  Capabilities,
  Engine,
  Parameters,
  RunOptions,
  Scan,
} from '../../backend/types.js'
import { noFiles } from '../../backend/no-files.js'
import { conjunction } from '../../evaluate/conditions.js'
import { evaluate, inputsOf } from '../../evaluate/evaluate.js'
import { conjuncts } from '../../expression/node.js'
import type { Expression } from '../../expression/types.js'
import type { Relation } from '../../relation/types.js'
import { compareKeys } from '../../schema/compare.js'
import type { StoredRow } from '../../schema/types.js'
import { withInputs } from '../required.js'
import type { PlanDatabase, Pushdown } from '../types.js'
import type { Data } from './tables.js'

export type Verdict = 'exact' | 'superset' | 'no'

export interface ArrayEngineOptions {
  /** What the engine takes; absent: it can only scan. */
  readonly takes?: (relation: Relation) => Verdict
  readonly keyOrder?: boolean
  readonly rowsPerBatch?: number
}

/**
 * A real engine over arrays: it scans, and runs what it is told to take. Conditions for which it says `superset` it leaves
 * out, unless it takes all of them together exactly. It checks what the contract promises to an engine.
 */
export class ArrayEngine implements Engine {
  readonly #data: Data
  readonly #options: ArrayEngineOptions
  /** What was asked of it, in order. */
  readonly runs: Relation[] = []
  readonly scans: Scan[] = []
  /** Iterators that are not closed. */
  open = 0
  /** What is thrown once this many batches are out. */
  failure: { readonly after: number; readonly error: Error } | undefined

  constructor(data: Data, options: ArrayEngineOptions = {}) {
    this.#data = data
    this.#options = options
  }

  takes(relation: Relation): Verdict {
    const { takes } = this.#options
    if (takes === undefined) return 'no'
    for (const input of inputsOf(relation)) {
      if (!this.#accepts(input))
        throw new Error(`asked about ${relation.node} over ${input.node}, which is not its own`)
      if (relation.node !== 'filter' && relation.node !== 'project' && !this.#isExact(input)) {
        throw new Error(`asked about ${relation.node} over rows that may be too many`)
      }
    }
    return takes(relation)
  }

  run(relation: Relation, parameters: Parameters, _options: RunOptions): Batches {
    return this.#run(relation, parameters)
  }

  scan(request: Scan): Batches {
    return this.#scan(request)
  }

  async *#run(relation: Relation, parameters: Parameters): AsyncGenerator<Batch> {
    if (!this.#accepts(relation)) throw new Error('told to run what it did not take')
    this.runs.push(relation)
    const source = ({ table }: Extract<Relation, { node: 'scan' }>) => this.#copy(table.name)
    yield* this.#watched(evaluate(this.#supersetOf(relation), source, parameters))
  }

  async *#scan(request: Scan): AsyncGenerator<Batch> {
    this.scans.push(request)
    const { table, columns, keys } = request
    if (columns.length === 0) throw new Error('a scan needs columns')
    const order = compareKeys(table)
    const keyOf = (row: StoredRow) => table.primaryKey.map((name) => row[name]!)
    const all = this.#data.get(table.name)!
    const rows =
      keys === undefined ? [...all] : keys.flatMap((key) => all.filter((row) => order(keyOf(row), key) === 0))
    if (this.#options.keyOrder === true && keys === undefined)
      rows.sort((left, right) => order(keyOf(left), keyOf(right)))
    const size = this.#options.rowsPerBatch ?? 3
    const pick = (row: StoredRow): StoredRow => Object.fromEntries(columns.map((name) => [name, row[name]!]))
    const batches = Array.from({ length: Math.ceil(rows.length / size) }, (_, index) =>
      rows.slice(index * size, (index + 1) * size).map(pick),
    )
    yield* this.#watched(batches)
  }

  tables() {
    return []
  }

  createTable(): never {
    throw new Error('read only')
  }

  dropTable(): never {
    throw new Error('read only')
  }

  write(): never {
    throw new Error('read only')
  }

  async close() {}

  database(pushdown: Pushdown = 'auto'): PlanDatabase {
    return { session: this, engine: this, capabilities: this.#capabilities, pushdown }
  }

  get #capabilities(): Capabilities {
    return {
      transactions: 'core',
      readsDuringTransaction: true,
      durable: false,
      concurrentProcesses: false,
      transactionalSchema: false,
      scanInKeyOrder: this.#options.keyOrder === true,
      sql: false,
      fullTextSearch: false,
      files: noFiles,
      limits: { maxKeyBytes: 512, maxValueBytes: 1024 },
    }
  }

  async *#watched(batches: AsyncIterable<Batch> | Iterable<Batch>): AsyncGenerator<Batch> {
    this.open++
    try {
      let handedOut = 0
      for await (const batch of batches) {
        if (handedOut++ === this.failure?.after) throw this.failure.error
        yield batch
      }
      if (this.failure !== undefined && handedOut <= this.failure.after) throw this.failure.error
    } finally {
      this.open--
    }
  }

  #copy(name: string): Batch[] {
    const rows = this.#data.get(name)!.map((row) => ({ ...row }))
    return rows.length === 0 ? [] : [rows]
  }

  #verdicts(
    relation: Extract<Relation, { node: 'filter' }>,
  ): readonly { condition: Expression; verdict: Verdict }[] {
    return conjuncts(relation.condition).map((condition) => ({
      condition,
      verdict: this.#options.takes!({ ...relation, condition }),
    }))
  }

  #accepts(relation: Relation): boolean {
    if (!inputsOf(relation).every((input) => this.#accepts(input))) return false
    return relation.node === 'filter'
      ? this.#verdicts(relation).every(({ verdict }) => verdict !== 'no')
      : this.#options.takes!(relation) === 'exact'
  }

  #isExact(relation: Relation): boolean {
    if (!inputsOf(relation).every((input) => this.#isExact(input))) return false
    return relation.node !== 'filter' || this.#options.takes!(relation) === 'exact'
  }

  #supersetOf(relation: Relation): Relation {
    if (relation.node === 'scan') return relation
    const node = withInputs(
      relation,
      inputsOf(relation).map((input) => this.#supersetOf(input)),
    )
    if (node.node !== 'filter' || relation.node !== 'filter') return node
    if (this.#options.takes!(relation) === 'exact') return node
    const exact = this.#verdicts(relation).filter(({ verdict }) => verdict === 'exact')
    const kept = exact.length === conjuncts(relation.condition).length ? [] : exact
    return kept.length === 0
      ? node.input
      : { ...node, condition: conjunction(kept.map(({ condition }) => condition)) }
  }
}
