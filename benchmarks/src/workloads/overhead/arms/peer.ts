import type { Arm, Opened, Setting } from '../../../contract/arm.ts'
import type { Order } from '../../../data/orders.ts'
import type { OverheadSession } from '../session.ts'

type MaybePromise<Value> = Value | Promise<Value>

/** What a library does with the table of orders; what is not timed is done the same way for all of them. */
export interface Library {
  readonly session: Omit<OverheadSession, 'all' | 'remove'>
  /** Runs a statement as it is written; returns its rows, if it has any, as the driver gives them. */
  query(sql: string): MaybePromise<readonly unknown[]>
  close(): MaybePromise<void>
}

interface Peer {
  readonly name: string
  readonly packages: readonly string[]
  /** Imports the library and opens the database, whose table is there. */
  readonly open: (setting: Setting) => Promise<Library>
  readonly lacks?: Readonly<Record<string, string>>
}

export interface PeerEngine {
  readonly engine: 'sqlite' | 'postgres'
  readonly settings: string
  /** Makes the table, and fills it where the setting says so. */
  readonly bare: Arm<OverheadSession>
  readonly settle: string
}

/** Another library on the tables of a bare driver, with its settings: found there, as if migrations had made them. */
export function peerArm(
  { bare, settle: tidy, ...engine }: PeerEngine,
  { open, ...peer }: Peer,
): Arm<OverheadSession> {
  return {
    kind: 'peer',
    ...engine,
    ...peer,
    async open(setting): Promise<Opened<OverheadSession>> {
      const tables = await bare.open(setting)
      await tables.close()
      const library = await open(setting)
      const settle = async () => void (await library.query(tidy))
      return {
        session: {
          ...library.session,
          all: () => all(library),
          async remove(first) {
            await library.query(`delete from orders where id >= ${first}`)
            await settle()
          },
        },
        settle,
        close: () => library.close(),
      }
    },
  }
}

const rowsAtOnce = 10_000

/** What the database holds, whatever the library makes of it. */
async function* all(library: Library): AsyncGenerator<Order, void, void> {
  for (let last = -1; ;) {
    const rows = await library.query(
      `select * from orders where id > ${last} order by id limit ${rowsAtOnce}`,
    )
    for (const row of rows) {
      const order = orderOf(row as StoredOrder)
      last = order.id
      yield order
    }
    if (rows.length < rowsAtOnce) return
  }
}

/** An order as the drivers give it: SQLite has no booleans and no dates, and PostgreSQL's long integers come as texts. */
export interface StoredOrder extends Omit<Order, 'id' | 'customer' | 'quantity' | 'paid' | 'at'> {
  readonly id: number | string
  readonly customer: number | string
  readonly quantity: number | string
  readonly paid: boolean | number
  readonly at: Date | number | string
}

/** An order that a library gave as its driver gives it. */
export function orderOf(row: StoredOrder): Order {
  return {
    ...row,
    id: Number(row.id),
    customer: Number(row.customer),
    quantity: Number(row.quantity),
    paid: Boolean(row.paid),
    at: new Date(row.at),
  }
}

/** A line of a group as its driver gives it: PostgreSQL's counts come as texts. */
export function groupOf(row: unknown): object {
  const { category, orders, revenue, price } = row as Record<string, unknown>
  return { category, orders: Number(orders), revenue: Number(revenue), price: Number(price) }
}

/** What stands where a library has no way to do a step, which `lacks` tells the reader. */
export function lacking(step: string): never {
  throw new Error(`The library has no way to do the step ${step}.`)
}
