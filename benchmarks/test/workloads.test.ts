import { expect, test } from 'vitest'
import { workloads } from '../src/workloads/index.ts'
import { recordsOf, temporaryFolder } from './bench.ts'

const out = temporaryFolder()

test.each([
  ['overhead', 'sqlite'],
  ['overhead', 'file'],
  ['seeds', 'sqlite'],
  ['seeds', 'file'],
  ['bulk', 'memory'],
  ['bulk', 'file'],
  ['memory', 'memory'],
  ['registration', 'memory'],
  ['registration', 'file'],
])(
  'every step of %s is right on %s, through Holdfast and by hand, but for what an arm says it lacks',
  async (workload, engine) => {
    const [record, ...others] = await recordsOf([
      ...['--workloads', workload, '--engines', engine],
      ...['--rows', '1k', '--runs', '1', '--out', out],
    ])
    expect(record!.engine).toBe(engine)
    expect(others).toEqual([])
    const reasons = await lacked(workload, engine)
    expect(record!.reasons).toEqual(reasons)
    for (const [key, arms] of Object.entries(record!.cells))
      for (const [name, cell] of Object.entries(arms))
        if (reasons[`${key}/${name}`] === undefined) expect(cell).toMatchObject({ hot: { length: 1 } })
  },
)

/** What arms of an engine have no way to do, as records tell it. */
async function lacked(workload: string, engine: string): Promise<Record<string, string>> {
  const { arms, steps } = await workloads[workload]!()
  const some = arms.filter((arm) => arm.engine === engine && arm.kind !== 'peer')
  expect(some.some(({ kind, lacks }) => kind === 'holdfast' && lacks === undefined)).toBe(true)
  return Object.fromEntries(
    some.flatMap(({ name, lacks = {} }) =>
      steps
        .filter((step) => lacks[step.name] !== undefined)
        .map((step) => [`${workload}/${step.name}/1000/${name}`, lacks[step.name]!]),
    ),
  )
}
