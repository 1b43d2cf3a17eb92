import { test } from 'vitest'
import { sample } from 'fast-check'
import { generated } from '../../core/src/conformance/random/generated.js'
import { randomQueryCase } from '../../core/src/conformance/generate/query-case.js'
import {
  evaluatorAnswer,
  engineAnswer,
  describeAnswer,
  expectAnswer,
} from '../../core/src/conformance/oracle/answer.js'
import { withTables, Bench } from '../../core/src/conformance/bench.js'
import { withTotalOrder } from '../../core/src/plan/order.js'
import { printQueryCase } from '../../core/src/conformance/report/script.js'
import { inputsOf } from '../../core/src/evaluate/evaluate.js'
import { whyNot } from '@holdfast/sql'
import { dialect } from '../src/dialect.js'
import { sqlite } from '../src/index.js'

test('fuzz', { timeout: 1e9 }, async () => {
  const bench = new Bench({ name: 'sqlite', backend: () => sqlite({ path: ':memory:' }) })
  const seed = Number(process.env.SEED ?? Date.now() % 1e9)
  const end = Date.now() + Number(process.env.SECONDS ?? 20) * 1000
  console.log('seed', seed)
  let n = 0,
    whole = 0,
    bad = 0,
    overflow = 0
  const why = new Map<string, number>()
  const database = await bench.shared()
  for (let k = 0; Date.now() < end; k++) {
    const [{ tables, queries }] = sample(
      generated(
        (d) => randomQueryCase(d),
        () => [],
      ),
      { numRuns: 1, seed: seed + k },
    ) as any
    await withTables(database, tables, async () => {
      for (const query of queries) {
        n++
        const expected = await evaluatorAnswer(tables, query)
        let received
        try {
          received = await engineAnswer(database, query)
        } catch (e) {
          bad++
          if (bad <= 3)
            console.log('ERROR', e, (e as any).cause, printQueryCase(tables, [query]).slice(0, 3000))
          continue
        }
        if (received.kind === 'rows' && received.stats && received.stats.nodes === received.stats.nodesTaken)
          whole++
        else if (received.kind === 'rows') {
          let node: any = withTotalOrder(query)
          const reasons = new Set<string>()
          const visit = (r: any): boolean => {
            const ok = inputsOf(r).every(visit)
            if (!ok) return false
            const w = whyNot(r, dialect)
            if (w) {
              reasons.add(w)
              return false
            }
            return true
          }
          visit(node)
          for (const r of reasons) why.set(r, (why.get(r) ?? 0) + 1)
          if (!reasons.size) why.set('??', (why.get('??') ?? 0) + 1)
        }
        if (expected.kind !== received.kind) {
          overflow++
          continue
        }
        try {
          expectAnswer('', received, expected, query)
        } catch {
          bad++
          if (bad <= 3)
            console.log(
              'DIFF',
              k,
              printQueryCase(tables, [query]).slice(0, 3000),
              '\nexpected',
              describeAnswer(expected).slice(0, 800),
              '\nreceived',
              describeAnswer(received).slice(0, 800),
            )
        }
      }
    })
  }
  console.log({ n, whole: whole / n, bad, overflow }, [...why].sort((a, b) => b[1] - a[1]).slice(0, 25))
})
