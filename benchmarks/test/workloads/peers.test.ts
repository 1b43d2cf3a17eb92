/** Every library gives the same answers as Holdfast, and leaves the same rows behind, or says that it cannot. */

import { findServer, type Server } from '@holdfast/postgres-server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Arm } from '../../src/contract/arm.ts'
import type { Workload } from '../../src/contract/workload.ts'
import { workload as memory } from '../../src/workloads/memory/index.ts'
import { callers, workload as overhead } from '../../src/workloads/overhead/index.ts'
import { workload as ycsb } from '../../src/workloads/ycsb/index.ts'
import { answersOf } from './answers.ts'

let server: Server

beforeAll(async () => {
  server = await findServer()
})

afterAll(() => server.stop())

checkPeers(overhead)
checkPeers(callers)
checkPeers(ycsb)
checkPeers(memory)

test('what a library lacks is a step', () => {
  for (const workloads of [[overhead, callers], [ycsb], [memory]]) {
    const names = new Set(workloads.flatMap(({ steps }) => steps.map(({ name }) => name)))
    const lacked = workloads.flatMap(({ arms }) => arms.flatMap(({ lacks }) => Object.keys(lacks ?? {})))
    expect(lacked.filter((name) => !names.has(name))).toEqual([])
  }
})

function checkPeers<Session>({ name, steps, arms }: Workload<Session>): void {
  const reference = arms.find(({ kind, engine }) => kind === 'holdfast' && engine === 'memory')!
  const peers = arms.filter(({ kind }) => kind === 'peer')
  const stepsOf = ({ lacks = {} }: Arm<Session>) => steps.filter((step) => lacks[step.name] === undefined)

  describe(name, () => {
    const expected = new Map<string, Promise<Map<string, string[]>>>()

    test.each(peers.map((arm) => ({ arm, name: `${arm.name} on ${arm.engine}` })))(
      '$name',
      async ({ arm }) => {
        const can = stepsOf(arm)
        expect(can.length).toBeGreaterThan(0)

        const names = can.map((step) => step.name).join()
        const right = expected.get(names) ?? answersOf(reference, can, server)
        expected.set(names, right)
        const answers = await answersOf(arm, can, server)
        for (const [step, answer] of await right) expect(answers.get(step), step).toEqual(answer)
      },
    )
  })
}
