import type { Job, Step } from '../../contract/workload.ts'
import { engines } from '../../databases/engines.ts'
import { account } from '../../data/accounts.ts'
import type { Workload } from '../../contract/workload.ts'
import { betterSqlite3 } from './arms/better-sqlite3.ts'
import { duckdbApi } from './arms/duckdb.ts'
import { evaluatorArm } from './arms/evaluator.ts'
import { holdfastArm } from './arms/holdfast.ts'
import { peers } from './arms/peers.ts'
import { pgPool } from './arms/pg.ts'
import { plainAnswers, plainContent } from './check.ts'
import { runClients, type Answers } from './clients.ts'
import { mixes, operationsOf, planOf, type Mix, type Plan } from './operations.ts'
import type { YcsbSession } from './session.ts'

const clientCounts = [1, 8, 32]

const planGiven = (job: Job) => job.given as Plan

function stepOf(mix: Mix, clients: number): Step<YcsbSession> {
  return {
    name: `${mix.letter}-${clients}`,
    title: `${mix.title}, ${clients === 1 ? '1 client' : `${clients} clients`}`,
    start: 'loaded',
    operations: () => operationsOf(mix),
    prepare: (job) => planOf(mix, clients, job),
    run: (session, job) => runClients(session, planGiven(job), job.took),
    uses: usesOf(mix),
    plain: (_session, answers) => plainAnswers(answers as Answers),
    varies: true,
    ...(mix.share > 0 && {
      content: (session: YcsbSession, job: Job) => plainContent(planGiven(job), session.everything()),
      async restore(session: YcsbSession, job: Job) {
        const { changed, added, seed } = planGiven(job)
        await session.restore(
          [...changed.values()].map((number) => account(number, seed)),
          [...added.keys()],
        )
      },
    }),
  }
}

function usesOf({ kind, scans, share }: Mix): (keyof YcsbSession)[] {
  const write = kind === 'modify' ? 'readModifyWrite' : kind
  const read = scans ? 'scan' : 'read'
  return share > 0 ? [read, write] : [read]
}

export const workload: Workload<YcsbSession> = {
  name: 'ycsb',
  title: 'YCSB A to F: single accounts, read and written by 1, 8 and 32 clients',
  description:
    'The six core workloads of YCSB on accounts of ten fields of 100 bytes, asked for by Zipf’s law (scattered; D the latest ' +
    'first): A half updates, B and C 5 % and none, D and E 5 % inserts, F half read-modify-write in a transaction, else reads. Each client does its own operations from the seed, one after another without a pause; all clients share one ' +
    'process and one database. Percentiles are of single operations, from one end to the next of the same client, waiting ' +
    'included. One client has one right answer, which is compared whole. With more, which of two writes comes first is open: ' +
    'each value that is read has to be one that the account had and no older than the client’s own last one, each scan has to ' +
    'be whole and in order, and in the end each field has to hold the last value of one of the clients. Read-modify-write ' +
    'counts, so that one lost update is a wrong answer. That is enough: a write that is lost, torn, doubled or put in ' +
    'the wrong place changes one of these.',
  rows: { quick: 10_000, full: [10_000, 1_000_000] },
  steps: mixes.flatMap((mix) => clientCounts.map((clients) => stepOf(mix, clients))),
  arms: [evaluatorArm, ...engines.map(holdfastArm), betterSqlite3, duckdbApi, pgPool, ...peers],
  holdfast: holdfastArm,
}
