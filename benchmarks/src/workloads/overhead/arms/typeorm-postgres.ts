import { DataSource, EntitySchema, type EntitySchemaColumnOptions } from 'typeorm'
import { clientOf } from '../../../backends/index.ts'
import type { Setting } from '../../../contract/arm.ts'
import type { Order } from '../../../data/orders.ts'
import { tally } from '../session.ts'
import type { Library } from './peer.ts'
import { libraryOf } from './typeorm.ts'

/** The driver gives long integers as texts. */
const integer: EntitySchemaColumnOptions = {
  type: 'bigint',
  transformer: { to: (value: number) => value, from: Number },
}

const entity = new EntitySchema<Order>({
  name: 'orders',
  columns: {
    id: { ...integer, primary: true },
    customer: integer,
    category: { type: 'text' },
    product: { type: 'text' },
    quantity: integer,
    price: { type: 'double precision' },
    revenue: { type: 'double precision' },
    paid: { type: 'boolean' },
    at: { type: 'timestamp with time zone', precision: 3 },
    note: { type: 'text', nullable: true },
  },
  indices: [{ name: 'orders_customer', columns: ['customer'] }],
})

export async function open(setting: Setting): Promise<Library> {
  const { connectionString, options } = clientOf(setting)
  const database = await new DataSource({
    type: 'postgres',
    url: connectionString,
    extra: { options },
    poolSize: 10,
    entities: [entity],
  }).initialize()
  return libraryOf(database, entity, async () => {
    let total = 0
    const rows: AsyncIterable<StreamedOrder> = await database
      .getRepository(entity)
      .createQueryBuilder('orders')
      .orderBy('orders.id')
      .stream()
    for await (const { orders_id: id, orders_quantity: quantity, orders_note: note } of rows) {
      total += tally(Number(id), Number(quantity), note)
    }
    return total
  })
}

/** What the stream gives: columns with the name of the table before theirs, as the driver gives them. */
interface StreamedOrder {
  readonly orders_id: string
  readonly orders_quantity: string
  readonly orders_note: string | null
}
