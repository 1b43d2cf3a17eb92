import { batches } from './families/batches.ts'
import { capabilities } from './families/capabilities.ts'
import { concurrency } from './families/concurrency.ts'
import { durability } from './families/durability.ts'
import { errors } from './families/errors.ts'
import { introspection } from './families/introspection.ts'
import { json } from './families/json.ts'
import { keys } from './families/keys.ts'
import { lifeCycle } from './families/life-cycle.ts'
import { nullsAndOrder } from './families/nulls-and-order.ts'
import { numbers } from './families/numbers.ts'
import { pushdown } from './families/pushdown.ts'
import { streams } from './families/streams.ts'
import { text } from './families/text.ts'
import { time } from './families/time.ts'
import { transactionFamily } from './families/transactions.ts'
import type { MutantFamily } from './mutant.ts'

/** Every backend with one defect. */
export const catalogue: readonly MutantFamily[] = [
  nullsAndOrder,
  text,
  numbers,
  time,
  json,
  keys,
  batches,
  pushdown,
  transactionFamily,
  streams,
  durability,
  errors,
  lifeCycle,
  capabilities,
  introspection,
  concurrency,
]
