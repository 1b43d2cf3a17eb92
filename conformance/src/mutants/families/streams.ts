import { HoldfastError } from '@holdfast/core/backend'
import type { Batches, Changes, Engine, Scan, StoredRow } from '@holdfast/core/backend'
import { scans } from '../defects.ts'
import type { MutantFamily } from '../mutant.ts'

/** So many rows travel together. */
const size = 500

async function* inBatches(batches: Batches): AsyncGenerator<StoredRow[]> {
  for await (const batch of batches) {
    for (let start = 0; start < batch.length; start += size) yield batch.slice(start, start + size)
  }
}

async function rowsOf(engine: Engine, request: Scan): Promise<StoredRow[]> {
  return (await Array.fromAsync(engine.scan(request))).flat()
}

export const streams: MutantFamily = {
  family: 'streams',
  mutants: [
    scans('begins again at the second batch', 'queries/streams', (engine) => ({
      scan: async function* (request: Scan) {
        let first: StoredRow[] | undefined
        for await (const batch of inBatches(engine.scan(request))) {
          yield first === undefined ? batch : first.map((row) => ({ ...row }))
          first ??= batch.map((row) => ({ ...row }))
        }
      },
    })),
    scans('fills one batch again and again', 'queries/streams', (engine) => ({
      scan: async function* (request: Scan) {
        const batch: StoredRow[] = []
        for await (const rows of inBatches(engine.scan(request))) {
          batch.splice(0, batch.length, ...rows)
          yield batch
        }
        batch.length = 0
      },
    })),
    scans('pages by offset over what changes meanwhile', 'queries/streams', (engine) => ({
      scan: async function* (request: Scan) {
        for (let offset = 0; ; offset += size) {
          const rows = (await rowsOf(engine, request)).slice(offset, offset + size)
          if (rows.length === 0) return
          yield rows
        }
      },
    })),
    scans('is busy for ever after a stream was left', 'queries/streams', (engine) => {
      let open = 0
      return {
        scan: (request: Scan) => {
          const batches = inBatches(engine.scan(request))
          let counted = false
          return {
            [Symbol.asyncIterator]: () => ({
              next: async () => {
                if (!counted) open += 1
                counted = true
                const step = await batches.next()
                if (step.done === true) open -= 1
                return step
              },
            }),
          }
        },
        write: (all: Changes) => {
          if (open > 0) throw new HoldfastError('BUSY', 'A stream is open.')
          return engine.write(all)
        },
      }
    }),
    scans('keeps writers out while a stream is open', 'queries/streams', (engine) => {
      let open = 0
      return {
        scan: async function* (request: Scan) {
          open += 1
          try {
            yield* inBatches(engine.scan(request))
          } finally {
            open -= 1
          }
        },
        write: (all: Changes) => {
          if (open > 0) throw new HoldfastError('BUSY', 'A stream is open.')
          return engine.write(all)
        },
      }
    }),
    scans('has one stream at a time', 'queries/streams', (engine) => {
      let current: object | undefined
      return {
        scan: async function* (request: Scan) {
          const mine = {}
          current = mine
          for await (const batch of inBatches(engine.scan(request))) {
            if (current !== mine) return
            yield batch
          }
        },
      }
    }),
    scans('ends a stream that fails as if that were all', 'queries/streams', (engine) => ({
      scan: async function* (request: Scan) {
        let rows = 0
        for await (const batch of inBatches(engine.scan(request))) {
          rows += batch.length
          if (rows > 4 * size) return
          yield batch
        }
      },
    })),
    scans('reads backwards what it says is in the order of the key', 'life/catalog', (engine) => ({
      scan: async function* (request: Scan) {
        const rows = await rowsOf(engine, request)
        if (rows.length > 0) yield rows.toReversed()
      },
    })),
  ],
}
