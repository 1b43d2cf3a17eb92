import { describe, test } from 'vitest'
import { keyValueBackend } from '../../../src/backend/index.js'
import type { Backend } from '../../../src/backend/index.js'
import { conform } from '../../../src/conformance/index.js'
import { OrderedMap, OrderedMapStore } from './ordered-map.js'

function overMap(snapshots: boolean): Backend {
  const map = new OrderedMap()
  return keyValueBackend({ name: 'map', durable: true, snapshots, open: () => new OrderedMapStore(map) })
}

conform({ describe, test }, { name: 'key-value', backend: () => overMap(false), runs: 30 })
conform({ describe, test }, { name: 'key-value with snapshots', backend: () => overMap(true), runs: 30 })
