import { MikroORM, p } from '@mikro-orm/postgresql'
import { clientOf } from '../../../backends/index.ts'
import type { Setting } from '../../../contract/arm.ts'
import { entityOf, libraryOf } from './mikro-orm.ts'
import type { Library } from './peer.ts'

export async function open(setting: Setting): Promise<Library> {
  const { connectionString, options } = clientOf(setting)
  const Order = entityOf(() => p.bigint('number'))
  const orm = await MikroORM.init({
    clientUrl: connectionString,
    driverOptions: { options },
    pool: { max: 10 },
    entities: [Order],
  })
  return libraryOf(orm, Order)
}
