import { isHoldfastError } from '../../backend/errors.js'
import type { ErrorCode } from '../../backend/errors.js'
import type { Capabilities } from '../../backend/types.js'
import type { Verbs } from '../../database/database-types.js'
import type { StoredRow, StoredValue, TableDefinition } from '../../schema/types.js'
import { userRow } from '../user-row.js'
import { compareUserValues } from '../oracle/order.js'
import { Disagreement, disagree } from '../report/disagreement.js'
import { describeOutcome, expectRows, expectSame, expectThat, outcomeOf } from '../report/expect.js'
import type { Outcome } from '../report/expect.js'
import { printOperation } from './print.js'
import type { Operation } from './operations.js'
import { allRows, callReal, userKey } from './real.js'
import type { Call } from './real.js'
import { Refusal } from './table-model.js'
import type { ConflictPolicy, TableModel } from './table-model.js'
import { withinLimit } from '../time-limit.js'

/** What the throw at the end of a transaction throws. */
class Undo extends Error {}

/** A place where operations are carried out: the database, or a transaction of it. */
export interface Place {
  readonly verbs: Verbs
  readonly model: TableModel
  /** Whether keys may be refused to be generated here: inside transactions that core buffers for an engine without `lastKey`. */
  readonly mayNotGenerate: boolean
}

/** Operations that only read: what they find has been compared already. */
const readings: ReadonlySet<Operation['kind']> = new Set(['read', 'where'])

/** Carries one operation out on the real thing and on the model, and requires that both agree. Whether data changed. */
export async function runOperation(
  place: Place,
  capabilities: Pick<Capabilities, 'transactions'>,
  operation: Exclude<Operation, { readonly kind: 'reopen' }>,
): Promise<boolean> {
  const { verbs, model } = place
  const before = model.copy()
  if (operation.kind === 'transaction') await runTransaction(place, capabilities, operation)
  else await runCall(place, operation)
  if (readings.has(operation.kind)) return false
  await expectState(verbs, model, printOperation(model.definition, operation))
  return JSON.stringify(describeRows(before)) !== JSON.stringify(describeRows(model))
}

function describeRows(model: TableModel): string[] {
  return model.rows.map((row) => Object.values(row).map(String).join(' '))
}

async function runTransaction(
  { verbs, model }: Place,
  capabilities: Pick<Capabilities, 'transactions'>,
  { operations, ending }: Extract<Operation, { readonly kind: 'transaction' }>,
): Promise<void> {
  const inside = model.copy()
  const undo = new Undo()
  const outcome = await outcomeOf(() =>
    verbs.transaction(async (transaction) => {
      for (const operation of operations) {
        const place = {
          verbs: transaction,
          model: inside,
          mayNotGenerate: capabilities.transactions === 'core',
        }
        if (operation.kind !== 'reopen') await runOperation(place, capabilities, operation)
      }
      if (ending === 'throw') throw undo
    }),
  )
  if (ending === 'commit') {
    if (outcome.kind === 'error') throw outcome.error
    model.become(inside)
  } else if (outcome.kind === 'value' || outcome.error !== undo) {
    if (outcome.kind === 'error' && outcome.error instanceof Disagreement) throw outcome.error
    throw new Disagreement({
      what: 'what the callback of a transaction throws comes through as it is',
      expected: 'the very error that was thrown',
      received: describeOutcome(outcome),
      rules: ['WRITE-8'],
    })
  }
}

/** Requires that the table holds exactly what the model does, in key order. */
export async function expectState(verbs: Verbs, model: TableModel, after: string): Promise<void> {
  const rows = await withinLimit('all', () => allRows(verbs, model.definition))
  expectRows(`the table after ${after}`, rows, inKeyOrder(model.definition, model.rows), {
    rules: ['WRITE-1', 'WRITE-8'],
  })
}

function inKeyOrder(definition: TableDefinition, rows: readonly StoredRow[]): Record<string, unknown>[] {
  const keys = definition.columns.filter(({ name }) => definition.primaryKey.includes(name))
  const ordered = definition.primaryKey.flatMap((name) => keys.filter((column) => column.name === name))
  return rows
    .map((row) => userRow(definition, row))
    .sort((left, right) => {
      for (const { name, type } of ordered) {
        const order = compareUserValues(type, left[name], right[name])
        if (order !== 0) return order
      }
      return 0
    })
}

async function runCall({ verbs, model, mayNotGenerate }: Place, operation: Call): Promise<void> {
  const what = printOperation(model.definition, operation)
  const received = await outcomeOf(() =>
    withinLimit(operation.kind, () => callReal(verbs, model.definition, operation)),
  )
  const expected = await outcomeOf(() => callModel(model, operation, received))
  if (expected.kind === 'error') {
    if (!(expected.error instanceof Refusal)) throw expected.error
    expectRefused(what, received, expected.error.code)
  } else if (received.kind === 'error') {
    if (mayNotGenerate && expected.value === generatedKeys && isUnsupported(received.error)) return
    throw new Disagreement({
      what,
      expected: describeOutcome(expected),
      received: describeOutcome(received),
      rules: ['WRITE-1'],
      cause: received.error,
    })
  } else if (expected.value !== checkedAlready) {
    expectSame(what, received.value, expected.value, ['WRITE-3'])
  }
}

/** Which of several violations of one call is told is nobody's promise. */
const violations: readonly ErrorCode[] = [
  'DUPLICATE_KEY',
  'UNIQUE_VIOLATION',
  'CHECK_VIOLATION',
  'VERSION_MISMATCH',
]

function expectRefused(what: string, received: Outcome<unknown>, code: ErrorCode): void {
  const accepted = violations.includes(code) ? violations : [code]
  if (received.kind === 'error' && isHoldfastError(received.error) && accepted.includes(received.error.code))
    return
  throw new Disagreement({
    what,
    expected: `HoldfastError ${code}`,
    received: describeOutcome(received),
    rules: ['WRITE-2'],
  })
}

const checkedAlready = Symbol('checked already')
const generatedKeys = 'a key for each row'

function isUnsupported(error: unknown): boolean {
  return isHoldfastError(error) && error.code === 'UNSUPPORTED'
}

/** The model's answer, in the form of the public API. Keys that the engine generated are learned from its answer. */
function callModel(model: TableModel, operation: Call, received: Outcome<unknown>): unknown {
  const { definition } = model
  switch (operation.kind) {
    case 'insert':
      return insertModel(model, operation.rows, operation.onConflict, received)
    case 'put':
      return insertModel(model, operation.rows, 'replace', received)
    case 'patch':
      return model.patch(operation.key, operation.set, operation.version)
    case 'patchMany':
      return model.patchMany(operation.patches)
    case 'delete':
      return model.delete(operation.key, operation.version)
    case 'deleteMany':
      return model.deleteMany(operation.keys)
    case 'clear':
      return model.clear()
    case 'update':
      return model.update(operation.condition, operation.set)
    case 'deleteWhere':
      return model.deleteWhere(operation.condition)
    case 'where':
      return inKeyOrder(definition, model.where(operation.condition))
    case 'read': {
      const rows = operation.keys.map((key) => model.get(key))
      const many = rows.map((row) => (row === undefined ? undefined : userRow(definition, row)))
      return { many, single: many.map((row) => [row, row !== undefined]) }
    }
  }
}

function insertModel(
  model: TableModel,
  given: readonly StoredRow[],
  onConflict: ConflictPolicy,
  received: Outcome<unknown>,
): unknown {
  const { definition } = model
  const rows = given.map((row) => withDefaults(definition, row))
  const generated = definition.columns.find((column) => column.generated !== undefined)
  const generates = generated !== undefined && rows.some((row) => row[generated.name] === undefined)
  if (!generates) {
    const written = model.insert(rows, onConflict)
    return {
      count: countOf(model, rows, written, onConflict),
      keys: rows.map((row) => userKey(definition, model.keyOf(row))),
    }
  }
  // First with keys that meet no other, to learn what is refused; then with those that the engine chose.
  const fresh = rows.map((row, index) => ({
    ...row,
    [generated.name]: keyAfter(generated.type.name, model.lastKey, index),
  }))
  const written = model.copy().insert(fresh, onConflict)
  if (received.kind === 'error') return generatedKeys
  const result = received.value as { readonly count: number; readonly keys: readonly unknown[] }
  expectSame('the count of rows with generated keys', result.count, written.filter(Boolean).length, [
    'WRITE-3',
  ])
  const keys = expectGenerated(model, result.keys, written)
  model.insert(
    rows.flatMap((row, index) =>
      written[index] === true ? [{ ...row, [generated.name]: keys[index] ?? null }] : [],
    ),
    'error',
  )
  return checkedAlready
}

function countOf(
  model: TableModel,
  rows: readonly StoredRow[],
  written: readonly boolean[],
  onConflict: ConflictPolicy,
): number {
  const keys = rows
    .filter((_row, index) => written[index])
    .map((row) => JSON.stringify(model.keyOf(row).map(String)))
  return onConflict === 'replace' ? new Set(keys).size : keys.length
}

function keyAfter(type: string, lastKey: bigint, index: number): StoredValue {
  const key = lastKey + BigInt(index) + 1n
  return type === 'bigint' ? key : Number(key)
}

/** Generated keys rise and were never there before; a row that was left out has none (WRITE-4). */
function expectGenerated(
  model: TableModel,
  keys: readonly unknown[],
  written: readonly boolean[],
): StoredValue[] {
  expectSame('one key for each row', keys.length, written.length, ['WRITE-4'])
  let last = model.lastKey
  return keys.map((key, index) => {
    if (written[index] !== true) {
      expectSame('the key of a row that was left out', key, null, ['WRITE-4'])
      return null
    }
    if (typeof key !== 'number' && typeof key !== 'bigint')
      return disagree('a generated key', key, last + 1n, ['WRITE-4'])
    expectThat(BigInt(key) > last, `a generated key above ${last}`, String(key), ['WRITE-4'])
    last = BigInt(key)
    return key
  })
}

function withDefaults(definition: TableDefinition, row: StoredRow): StoredRow {
  const complete: StoredRow = {}
  for (const { name, nullable, default: given } of definition.columns) {
    const value = row[name]
    if (value !== undefined) complete[name] = value
    else if (given?.kind === 'value') complete[name] = given.value
    else if (nullable) complete[name] = null
  }
  return complete
}
