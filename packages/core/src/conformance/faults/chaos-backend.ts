import type { Backend, BeginOptions, Engine, EngineTransaction, Savepoint } from '../../backend/types.js'
import { wrapped } from '../wrapping.js'
import { callsStruck } from './chaos-calls.js'
import type { MethodFaults } from './chaos-calls.js'
import { Storm } from './storm.js'
import type { Chaos, Fault, FaultProbabilities } from './storm.js'

export interface ChaosOptions {
  /** Decides what strikes. Calls that run at once may draw in another order the next time. */
  readonly seed: number
  /** Instead of the usual probabilities; 0 switches a fault off. */
  readonly probabilities?: Partial<FaultProbabilities>
}

/** A backend that fails as networks and busy engines do. */
export interface ChaosBackend<Native = unknown> extends Backend<Native> {
  readonly chaos: Chaos
}

export const usualProbabilities: FaultProbabilities = {
  delay: 0.1,
  unreachable: 0.02,
  lostBefore: 0.02,
  lostAfter: 0.06,
  conflict: 0.08,
  busy: 0.05,
  brokenStream: 0.03,
}

const reading: readonly Fault[] = ['delay', 'unreachable', 'lostBefore']
const writing: readonly Fault[] = [...reading, 'lostAfter', 'conflict', 'busy']

const opening: readonly Fault[] = ['delay', 'unreachable']
const beginning: readonly Fault[] = [...reading, 'busy']
const committing: readonly Fault[] = writing
const undoing: readonly Fault[] = ['delay', 'lostAfter']
const saving: readonly Fault[] = ['delay', 'lostBefore', 'lostAfter']

const sessionFaults: MethodFaults = {
  get: reading,
  write: writing,
  updateWhere: writing,
  deleteWhere: writing,
  sql: writing,
  search: reading,
  importFile: writing,
  exportFile: writing,
  tables: reading,
  createTable: writing,
  dropTable: writing,
}
const engineFaults: MethodFaults = {
  ...sessionFaults,
  lastKey: reading,
  createIndex: writing,
  dropIndex: writing,
  explain: reading,
  stats: reading,
  describeFile: reading,
  close: ['delay'],
}

/**
 * The same engine with seeded faults at every call: delays, connections that cannot be made, or that break before or after
 * the call took effect, conflicts, busy writers, streams that break between batches. Every error is one that the contract
 * allows, and means what it says: for testing that what is built on an engine bears it. A transaction in which a call fails
 * is lost: all later calls in it fail in the same way, and nothing of it is kept.
 */
export function chaosBackend<Native>(
  backend: Backend<Native>,
  { seed, probabilities }: ChaosOptions,
): ChaosBackend<Native> {
  return inStorm(backend, new Storm(seed, { ...usualProbabilities, ...probabilities }))
}

/** The same engine in a storm, which others may be in too. */
export function inStorm<Native>(backend: Backend<Native>, storm: Storm): ChaosBackend<Native> {
  return {
    name: backend.name,
    capabilities: backend.capabilities,
    chaos: storm,
    open: (context) => storm.strike(opening, async () => chaoticEngine(await backend.open(context), storm)),
  }
}

function chaoticEngine<Native>(engine: Engine<Native>, storm: Storm): Engine<Native> {
  const strike: Strike = (possible, work) => storm.strike(possible, work)
  const begin = engine.begin && {
    begin: async (options: BeginOptions) => {
      const transaction = await strike(beginning, () => engine.begin!(options))
      return chaoticTransaction(transaction, storm)
    },
  }
  return wrapped(engine, { ...callsStruck(engine, engineFaults, storm, strike), ...begin })
}

type Strike = Storm['strike']

function chaoticTransaction(transaction: EngineTransaction, storm: Storm): EngineTransaction {
  storm.open.transactions += 1
  /** The first error of a call, which has cost the transaction. */
  let lost: { readonly error: unknown } | undefined
  const strike: Strike = async (possible, work) => {
    if (lost !== undefined) throw lost.error
    // What the engine itself says of a call is no fault of the connection.
    let happened = false
    try {
      return await storm.strike(possible, async () => {
        happened = true
        const result = await work()
        happened = false
        return result
      })
    } catch (error) {
      if (!happened) lost = { error }
      throw error
    }
  }
  const ended = async (end: () => unknown) => {
    storm.open.transactions -= 1
    await end()
  }
  const endings = {
    commit: async () => {
      let asked = false
      try {
        await strike(committing, () => {
          asked = true
          return ended(() => transaction.commit())
        })
      } finally {
        if (!asked) await ended(() => transaction.rollback())
      }
    },
    rollback: () => storm.strike(undoing, () => ended(() => transaction.rollback())),
    savepoint: async (): Promise<Savepoint> => {
      const savepoint = await strike(saving, () => transaction.savepoint())
      return {
        release: () => strike(saving, () => savepoint.release()),
        rollback: () => strike(saving, () => savepoint.rollback()),
      }
    },
  }
  return wrapped(transaction, { ...callsStruck(transaction, sessionFaults, storm, strike), ...endings })
}
