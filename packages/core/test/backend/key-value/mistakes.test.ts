import { Buffer } from 'node:buffer'
import { expect, test } from 'vitest'
import { keyValueBackend } from '../../../src/backend/index.js'
import type { Entry, KeyRange, KeyValueChanges } from '../../../src/backend/index.js'
import { properties, proveProperty } from '../../../src/conformance/index.js'
import { OrderedMap, OrderedMapStore } from './ordered-map.js'

class BackwardScan extends OrderedMapStore {
  override *scan(range: KeyRange): Generator<readonly Entry[]> {
    yield [...super.scan(range)].flat(1).reverse()
  }
}

/** Compares keys as text, as many stores do. */
class TextOrder extends OrderedMapStore {
  override *scan(range: KeyRange): Generator<readonly Entry[]> {
    const textOf = (key: Uint8Array) => Buffer.from(key).toString()
    const entries = [...super.scan(range)].flat(1)
    yield entries.sort(([left], [right]) => (textOf(left) < textOf(right) ? -1 : 1))
  }
}

class DeletesForgotten extends OrderedMapStore {
  override write({ puts }: KeyValueChanges): void {
    super.write({ puts, deletes: [] })
  }
}

class FirstPutsOnly extends OrderedMapStore {
  override write({ puts, deletes }: KeyValueChanges): void {
    super.write({ puts: puts.slice(0, 1000), deletes })
  }
}

class LateWrite extends OrderedMapStore {
  override write(changes: KeyValueChanges): void {
    setTimeout(() => super.write(changes))
  }
}

class ValuesCut extends OrderedMapStore {
  override write({ puts, deletes }: KeyValueChanges): void {
    super.write({ puts: puts.map(([key, value]): Entry => [key, value.subarray(0, 4096)]), deletes })
  }
}

class Forgetful extends OrderedMapStore {
  readonly #forget: () => void

  constructor(map: OrderedMap) {
    super(map)
    this.#forget = () => (map.entries = [])
  }

  override close(): void {
    this.#forget()
  }
}

test.each([
  ['yields entries from the last to the first', BackwardScan, 'queries/sorting'],
  ['orders keys as text', TextOrder, 'queries/evaluator'],
  ['does not delete', DeletesForgotten, 'writes/histories'],
  ['writes a part of a large batch', FirstPutsOnly, 'writes/batches'],
  ['answers before it has written', LateWrite, 'life/cycle'],
  ['cuts long values', ValuesCut, 'types/refusals'],
  ['is declared durable and forgets', Forgetful, 'life/cycle'],
])('a store that %s breaks a law', async (_, Store, law) => {
  const property = properties.find(({ name }) => name === law)!
  const backend = () => {
    const map = new OrderedMap()
    return keyValueBackend({ name: 'map', durable: true, open: () => new Store(map) })
  }
  const proof = proveProperty(property, { name: 'map', backend }, { runs: 100, seed: 1 })
  await expect(proof).rejects.toThrow(new RegExp(`^map breaks ${law}`))
})
