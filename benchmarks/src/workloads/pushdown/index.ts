import type { Arm } from '../../contract/arm.ts'
import type { Step, Workload } from '../../contract/workload.ts'
import { dataset } from '../../data/hits.ts'
import { engines } from '../../databases/engines.ts'
import { questions } from '../hits/questions.ts'
import { betterSqlite3 } from '../questions/arms/better-sqlite3.ts'
import { duckdbApi } from '../questions/arms/duckdb.ts'
import { pgPool } from '../questions/arms/pg.ts'
import type { QuestionSession } from '../questions/session.ts'
import { holdfastArm } from './arms/holdfast.ts'
import type { PushdownSession } from './session.ts'

const question = questions.find(({ name }) => name === 'pages-of-week')!

/** From the table up. */
const operators = ['filter', 'aggregate', 'sort', 'limit']

function stepOf(count: number): Step<PushdownSession> {
  const taken = operators.slice(0, count)
  return {
    name: `operators-${count}`,
    title: `${count} taken${count === 0 ? ': the scan only' : `, up to the ${taken.at(-1)!}`}`,
    start: 'loaded',
    run: (session) => session.topPages(count),
    plain: (session, answer) => session.plain(answer),
  }
}

/** The bare driver has no ladder: its engine does all, always. */
function bare(arm: Arm<QuestionSession>): Arm<PushdownSession> {
  return {
    ...arm,
    async open(setting) {
      const opened = await arm.open(setting)
      const { session } = opened
      return {
        ...opened,
        session: {
          topPages: () => session.ask(question),
          plain: (answer) => session.plain(answer),
        },
        explain: async () => opened.explain?.(question.name),
      }
    },
  }
}

export const workload: Workload<PushdownSession> = {
  name: 'pushdown',
  title: 'Pushdown: one question, of which the engine takes more and more',
  description:
    'The ten most seen pages of a site in a week: a filter, an aggregate, a sort and a limit over a table of hits. The ' +
    'engine is allowed the lowest 0, 1, 2, 3 or 4 of them, and core does the rest over the rows that come: how many those are is ' +
    'told (rowsFetched). The answer is the same on every step of the ladder. The bare driver always gives all to its engine.',
  rows: { quick: 100_000, full: [100_000, 1_000_000] },
  steps: Array.from({ length: operators.length + 1 }, (_, count) => stepOf(count)),
  arms: [
    ...engines.map(holdfastArm(question)),
    ...[betterSqlite3, duckdbApi, pgPool].map((arm) => bare(arm(dataset, [question]))),
  ],
  holdfast: holdfastArm(question),
}
