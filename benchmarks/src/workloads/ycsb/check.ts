/**
 * What is right when several clients write at once. Which of two updates comes first is nobody's promise, so answers are not
 * compared as they are, but by what holds in every order:
 *
 * - every value that is read is one that the account had: the loaded one, or one that a client of this run writes;
 * - a client reads what it wrote itself, or what another one wrote, never what was there before;
 * - a scan gives every loaded account of its range, in order, none twice, and else only accounts that this run adds;
 * - in the end each field holds the last value that one of the clients gave it, the loaded one only if none did;
 * - read-modify-write counts, so that the end is the same in every order, and a lost update shows.
 *
 * Whatever is right becomes the same text for every arm; what is not stays as it is, and so differs from the evaluator's. One
 * client alone has one right answer, which is compared whole.
 */

import { createHash } from 'node:crypto'
import { account, counted, fieldNames } from '../../data/accounts.ts'
import type { Account, FieldName } from '../../data/accounts.ts'
import { readsOnly, type Answers } from './clients.ts'
import { firstFrom, loadedAccounts } from './loaded.ts'
import type { Operation, Plan } from './operations.ts'
import type { YcsbSession } from './session.ts'

/** The answers in the form in which they are compared. */
export function plainAnswers({ plan, read }: Answers): readonly object[] {
  const [only, ...others] = read
  if (others.length === 0) return only!.map((answer) => ({ answer: answer ?? null }))
  const versions = new Versions(plan)
  return plan.clients.flatMap((operations, client) => {
    const view = versions.viewOf(client)
    return operations.map((operation, index) => {
      const answer = read[client]![index]
      view.note(operation)
      if (!readsOnly(operation)) return { done: operation.kind }
      const right =
        operation.kind === 'scan' ? isScan(plan, operation, answer) : view.isVersion(operation, answer)
      return right ? { right: operation.kind } : { wrong: answer ?? null }
    })
  })
}

/** The table in the form in which it is compared: the accounts that the run touched, and a checksum of the others. */
export async function plainContent(
  plan: Plan,
  everything: ReturnType<YcsbSession['everything']>,
): Promise<object[]> {
  const versions = new Versions(plan)
  const touched: Account[] = []
  let others = 0
  let checksum = 0n
  for await (const row of await everything) {
    if (plan.changed.has(row.key) || plan.added.has(row.key)) touched.push(versions.settled(row))
    else {
      others++
      checksum = BigInt.asUintN(64, checksum + digest(row))
    }
  }
  touched.sort((left, right) => (left.key < right.key ? -1 : 1))
  return [...touched, { others, checksum: checksum.toString() }]
}

function digest(row: Account): bigint {
  const text = [row.key, ...fieldNames.map((name) => row[name])].join('\n')
  return createHash('sha256').update(text).digest().readBigUInt64BE()
}

/** The values that each field may have. */
class Versions {
  readonly #plan: Plan
  /** By field: the values that each client gives it, in order; undefined for a count. */
  readonly #written = new Map<string, Map<number, (string | undefined)[]>>()
  readonly #loaded = new Map<string, Account>()

  constructor(plan: Plan) {
    this.#plan = plan
    plan.clients.forEach((operations, client) => {
      for (const operation of operations) {
        if (operation.kind !== 'update' && operation.kind !== 'modify') continue
        const place = placeOf(operation.key, operation.field)
        const clients = this.#written.get(place) ?? new Map<number, (string | undefined)[]>()
        this.#written.set(place, clients)
        const values = clients.get(client) ?? []
        clients.set(client, values)
        values.push(operation.kind === 'update' ? operation.value : undefined)
      }
    })
  }

  viewOf(client: number): View {
    return new View(this, client)
  }

  loaded(key: string): Account | undefined {
    let row = this.#loaded.get(key)
    const number = numberOf(this.#plan, key)
    if (row === undefined && number !== undefined) {
      row = account(number, this.#plan.seed)
      this.#loaded.set(key, row)
    }
    return row
  }

  writtenTo(key: string, field: FieldName): ReadonlyMap<number, readonly (string | undefined)[]> {
    return this.#written.get(placeOf(key, field)) ?? nothing
  }

  /** The account, where fields that may have any of several values have the least of them. */
  settled(row: Account): Account {
    const plain: Record<string, string> = { key: row.key }
    for (const field of fieldNames) plain[field] = this.#settledField(row, field)
    return plain as Account
  }

  #settledField(row: Account, field: FieldName): string {
    const lasts = [...this.writtenTo(row.key, field).values()].map((values) => values.at(-1))
    const least = lasts.filter((value) => value !== undefined).sort()[0]
    return least !== undefined && lasts.includes(row[field]) ? least : row[field]
  }
}

const nothing: ReadonlyMap<number, readonly (string | undefined)[]> = new Map()

/** What one client may see, which depends on what it has done. */
class View {
  readonly #versions: Versions
  readonly #client: number
  /** How often this client has written to a field. */
  readonly #own = new Map<string, number>()

  constructor(versions: Versions, client: number) {
    this.#versions = versions
    this.#client = client
  }

  note(operation: Operation): void {
    if (operation.kind !== 'update' && operation.kind !== 'modify') return
    const place = placeOf(operation.key, operation.field)
    this.#own.set(place, (this.#own.get(place) ?? 0) + 1)
  }

  isVersion(operation: Operation, answer: unknown): boolean {
    const row = answer as Account | undefined
    if (operation.kind !== 'read' || row?.key !== operation.key) return false
    return fieldNames.every((field) => this.#isValue(row.key, field, row[field]))
  }

  #isValue(key: string, field: FieldName, value: string): boolean {
    const loaded = this.#versions.loaded(key)?.[field]
    if (loaded === undefined) return false
    const own = this.#own.get(placeOf(key, field)) ?? 0
    const written = this.#versions.writtenTo(key, field)
    if ([...written.values()].some(([value]) => value === undefined)) {
      const most = [...written].reduce(
        (sum, [client, values]) => sum + (client === this.#client ? own : values.length),
        0,
      )
      return Array.from({ length: most - own + 1 }, (_, more) => counted(loaded, own + more)).includes(value)
    }
    if (own === 0 && value === loaded) return true
    return [...written].some(([client, values]) =>
      client === this.#client ? own > 0 && values[own - 1] === value : values.includes(value),
    )
  }
}

const placeOf = (key: string, field: FieldName) => `${key} ${field}`

function isScan(
  plan: Plan,
  { start, count }: Extract<Operation, { kind: 'scan' }>,
  answer: unknown,
): boolean {
  const rows = answer as readonly Account[]
  const { keys } = loadedAccounts(plan.rows)
  let position = firstFrom(keys, start)
  let last = ''
  for (const row of rows) {
    if (row.key < start || row.key <= last) return false
    last = row.key
    if (row.key === keys[position]) position++
    else if (!plan.added.has(row.key)) return false
    const number = numberOf(plan, row.key)
    if (number === undefined) return false
    const whole = account(number, plan.seed)
    if (fieldNames.some((field) => row[field] !== whole[field])) return false
  }
  return rows.length === count || (rows.length < count && position === keys.length)
}

function numberOf(plan: Plan, key: string): number | undefined {
  return plan.changed.get(key) ?? plan.added.get(key) ?? loadedAccounts(plan.rows).numbers.get(key)
}
