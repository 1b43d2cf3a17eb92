import { MikroORM, p } from '@mikro-orm/sqlite'
import { fileOf } from '../../../backends/index.ts'
import type { Setting } from '../../../contract/arm.ts'
import { entityOf, libraryOf } from './mikro-orm.ts'
import type { Library } from './peer.ts'

export async function open(setting: Setting): Promise<Library> {
  const Order = entityOf(() => p.integer())
  const orm = await MikroORM.init({ dbName: fileOf(setting, 'sqlite'), entities: [Order] })
  await orm.em.getConnection().execute('pragma synchronous = normal')
  return libraryOf(orm, Order)
}
