import { open } from '../../database/open.js'
import { tableFromDefinition } from '../../schema/table.js'
import type { LogicalType, TableDefinition } from '../../schema/types.js'
import { toUser } from '../../schema/values.js'
import type { Bench } from '../bench.js'
import { boundaryValues } from '../generate/boundaries.js'
import { describeType } from '../generate/types.js'
import { fixedProperty } from '../property.js'
import { expectRows } from '../report/expect.js'
import { handleOf } from '../untyped.js'
import { checkFacts } from './scalar-property.js'
import { timeFacts } from './time-facts.js'

/** Far to both sides of UTC, by whole hours and by parts of one, with and without a change of the clock. */
const zones: readonly string[] = ['America/New_York', 'Asia/Kathmandu', 'Pacific/Kiritimati', 'Europe/London']

const temporal: readonly LogicalType[] = [
  { name: 'date' },
  { name: 'timestamp', unit: 'ms' },
  { name: 'timestamp', unit: 'us' },
]

/** The zone of the process changes neither what is stored nor what is computed (TIME-3). */
export const zonesChangeNothing = fixedProperty({
  name: 'facts/zones',
  rules: ['TIME-3', 'TYPE-6', 'TYPE-7'],
  cases: zones.map((zone) => ({
    name: `in ${zone}`,
    rules: ['TIME-3'],
    check: (bench: Bench) => inZone(zone, () => checkInZone(bench)),
  })),
})

async function inZone(zone: string, work: () => Promise<void>): Promise<void> {
  const before = process.env['TZ']
  process.env['TZ'] = zone
  try {
    await work()
  } finally {
    if (before === undefined) delete process.env['TZ']
    else process.env['TZ'] = before
  }
}

async function checkInZone(bench: Bench): Promise<void> {
  // Worker threads keep the zone that their process began with: there only the session's zone could be wrong.
  bench.tally.see(new Date(2024, 6, 1).getTimezoneOffset() === 0 ? 'zone as it was' : 'zone changed')
  const backend = bench.subject.backend()
  const database = await bench.opened(() => open(backend))
  await checkFacts(database, timeFacts)
  for (const type of temporal) {
    const definition: TableDefinition = {
      name: `zoned_${type.name === 'timestamp' ? type.unit : type.name}`,
      columns: [
        { name: 'id', type: { name: 'integer' }, nullable: false },
        { name: 'value', type, nullable: false },
      ],
      primaryKey: ['id'],
      indexes: [],
      checks: [],
    }
    const rows = boundaryValues(type).map((value, id) => ({ id, value: toUser(type, value) }))
    await database.ensure(tableFromDefinition(definition))
    const table = handleOf(database, definition)
    await table.insert(rows)
    expectRows(`values of ${describeType(type)}`, await table.all(), rows)
  }
  await bench.close(database)
}
