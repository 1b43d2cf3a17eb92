import type { Step, Workload } from '../../contract/workload.ts'
import type { Dataset } from '../../data/dataset.ts'
import { engineList } from '../../databases/engines.ts'
import { betterSqlite3 } from './arms/better-sqlite3.ts'
import { duckdbApi } from './arms/duckdb.ts'
import { holdfastArm } from './arms/holdfast.ts'
import { pgPool } from './arms/pg.ts'
import type { Question } from './question.ts'
import type { QuestionSession } from './session.ts'

type About = Pick<Workload<QuestionSession>, 'name' | 'title' | 'description' | 'rows'>

/** A workload of questions about a data set: each is a step, and all arms are written once. */
export function questionWorkload(
  about: About,
  dataset: Dataset,
  questions: readonly Question[],
): Workload<QuestionSession> {
  const holdfast = holdfastArm(dataset, questions)
  return {
    ...about,
    steps: questions.map(stepOf),
    arms: [
      ...engineList.map(holdfast),
      betterSqlite3(dataset, questions),
      duckdbApi(dataset, questions),
      pgPool(dataset, questions),
    ],
    holdfast,
  }
}

/** What the statements are the same in is the engine's own work: 1.05 to 1.1 leaves room for the rest. */
const targets = { sqlite: 1.05, postgres: 1.05, duckdb: 1.1 }

function stepOf(question: Question): Step<QuestionSession> {
  const { name, title, digits } = question
  return {
    name,
    title,
    start: 'loaded',
    run: (session) => session.ask(question),
    plain: (session, answer) => session.plain(answer),
    targets,
    ...(digits !== undefined && { digits }),
  }
}
