import type { Backend, Engine, EngineTransaction } from '@holdfast/core/backend'
import { wrapBackend } from '@holdfast/core/conformance'

type Call = (...values: readonly unknown[]) => unknown

const counted = [
  'get',
  'updateWhere',
  'deleteWhere',
  'createIndex',
  'sql',
  'search',
  'importFile',
  'exportFile',
] as const

export type Counted = (typeof counted)[number] | 'begin' | 'savepoint'

/** How often core called which of an engine's own methods. */
export class Calls {
  readonly #times = new Map<Counted, number>()

  /** Whether the work made core call the method. */
  async during(method: Counted, work: () => Promise<unknown>): Promise<boolean> {
    const before = this.#times.get(method) ?? 0
    await work()
    return (this.#times.get(method) ?? 0) > before
  }

  /** The same backend, whose calls are counted. */
  count(backend: Backend): Backend {
    return wrapBackend(backend, (engine) => {
      const methods = counted
        .filter((method) => engine[method] !== undefined)
        .map((method) => [method, this.#counting(method, (engine[method] as Call).bind(engine))] as const)
      return { ...Object.fromEntries(methods), ...this.#begin(engine) }
    })
  }

  #counting(method: Counted, call: Call): Call {
    return (...values) => {
      const answer = call(...values)
      if (!(answer instanceof Promise)) return this.#note(method, answer)
      return answer.then((settled: unknown) => this.#note(method, settled))
    }
  }

  /** An import that is answered with undefined was left to core; a read that is found no row, but looked. */
  #note<Answer>(method: Counted, answer: Answer): Answer {
    if (method !== 'importFile' || answer !== undefined)
      this.#times.set(method, (this.#times.get(method) ?? 0) + 1)
    return answer
  }

  #begin(engine: Engine): Partial<Record<keyof Engine, unknown>> {
    if (engine.begin === undefined) return {}
    const begin = engine.begin.bind(engine)
    const start: NonNullable<Engine['begin']> = async (options) => {
      const transaction = await begin(options)
      this.#note('begin', transaction)
      return this.#watched(transaction)
    }
    return { begin: start }
  }

  #watched(transaction: EngineTransaction): EngineTransaction {
    const savepoint = this.#counting('savepoint', transaction.savepoint.bind(transaction))
    return new Proxy(transaction, {
      get(target, name) {
        if (name === 'savepoint') return savepoint
        const value: unknown = Reflect.get(target, name)
        return typeof value === 'function' ? (value.bind(target) as unknown) : value
      },
    })
  }
}
