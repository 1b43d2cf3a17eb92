import { expect, test } from 'vitest'
import { recordsOf, temporaryFolder } from './bench.ts'

const out = temporaryFolder()

test.each([
  ['overhead', 'sqlite'],
  ['seeds', 'sqlite'],
  ['bulk', 'memory'],
  ['memory', 'memory'],
  ['registration', 'memory'],
])('every step of %s is right on %s, through Holdfast and by hand', async (workload, engine) => {
  const records = await recordsOf([
    ...['--workloads', workload, '--engines', engine],
    ...['--rows', '1k', '--runs', '1', '--out', out],
  ])
  expect(records.map((record) => record.engine)).toEqual([engine])
  for (const { cells, reasons } of records) {
    expect(reasons).toEqual({})
    for (const arms of Object.values(cells))
      for (const cell of Object.values(arms)) expect(cell).toMatchObject({ hot: { length: 1 } })
  }
})
