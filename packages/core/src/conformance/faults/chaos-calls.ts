import type { Batch, Batches, RunOptions, Scan, Session } from '../../backend/types.js'
import type { Parameters } from '../../backend/types.js'
import type { Relation } from '../../relation/types.js'
import type { Fault, Storm } from './storm.js'

/** The faults that may strike each method that answers once. */
export type MethodFaults = Readonly<Record<string, readonly Fault[]>>

type Strike = Storm['strike']

const start: readonly Fault[] = ['delay', 'unreachable', 'lostBefore']
const between: readonly Fault[] = ['delay', 'brokenStream']
/** Batches are cut into pieces of at most so many rows, so that even small answers can break in the middle. */
const pieceSize = 40

/** The methods of a session, engine or transaction as far as it has them, with the faults of each. */
export function callsStruck(target: Session, faults: MethodFaults, storm: Storm, strike: Strike): object {
  const once = Object.entries(faults).flatMap(([name, possible]) => {
    const method: unknown = Reflect.get(target, name)
    if (typeof method !== 'function') return []
    const struck = (...inputs: unknown[]) =>
      strike(possible, () => Reflect.apply(method, target, inputs) as unknown)
    return [[name, struck] as const]
  })
  const scan = (request: Scan) => brokenBatches(() => target.scan(request), storm, strike)
  const run = (relation: Relation, parameters: Parameters, options: RunOptions) =>
    brokenBatches(() => target.run!(relation, parameters, options), storm, strike)
  return { ...Object.fromEntries(once), scan, ...(target.run && { run }) }
}

async function* brokenBatches(source: () => Batches, storm: Storm, strike: Strike): AsyncGenerator<Batch> {
  const batches = await strike(start, source)
  storm.open.streams += 1
  try {
    for await (const batch of batches) {
      for (let first = 0, size = 0; first < batch.length; first += size) {
        await strike(between, nothing)
        size = storm.upTo(Math.min(pieceSize, batch.length - first))
        yield batch.slice(first, first + size)
      }
    }
    await strike(between, nothing)
  } finally {
    storm.open.streams -= 1
  }
}

function nothing(): void {}
