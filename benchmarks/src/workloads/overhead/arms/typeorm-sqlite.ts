import type SQLite from 'better-sqlite3'
import { DataSource, EntitySchema } from 'typeorm'
import { fileOf } from '../../../backends/index.ts'
import type { Setting } from '../../../contract/arm.ts'
import type { Order } from '../../../data/orders.ts'
import { lacking, type Library } from './peer.ts'
import { libraryOf } from './typeorm.ts'

const entity = new EntitySchema<Order>({
  name: 'orders',
  columns: {
    id: { type: 'integer', primary: true },
    customer: { type: 'integer' },
    category: { type: 'text' },
    product: { type: 'text' },
    quantity: { type: 'integer' },
    price: { type: 'real' },
    revenue: { type: 'real' },
    paid: { type: 'boolean' },
    at: {
      type: 'integer',
      transformer: { to: (value: Date) => value.getTime(), from: (value: number) => new Date(value) },
    },
    note: { type: 'text', nullable: true },
  },
  indices: [{ name: 'orders_customer', columns: ['customer'] }],
})

export async function open(setting: Setting): Promise<Library> {
  const database = await new DataSource({
    type: 'better-sqlite3',
    database: fileOf(setting, 'sqlite'),
    enableWAL: true,
    prepareDatabase: (driver: SQLite.Database) => void driver.pragma('synchronous = NORMAL'),
    entities: [entity],
  }).initialize()
  return libraryOf(database, entity, () => lacking('stream'))
}
