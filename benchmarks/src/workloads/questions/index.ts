import type { Step, Workload } from '../../contract/workload.ts'
import type { Arm } from '../../contract/arm.ts'
import type { Dataset } from '../../data/dataset.ts'
import { generated } from '../../data/generated.ts'
import { engines } from '../../databases/engines.ts'
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
      evaluator(dataset, questions),
      ...engines.map(holdfast),
      betterSqlite3(dataset, questions),
      duckdbApi(dataset, questions),
      pgPool(dataset, questions),
    ],
    holdfast,
  }
}

/** The reference: core alone, over rows that are made while they are read, so that any number of them fits. */
export function evaluator(dataset: Dataset, questions: readonly Question[]): Arm<QuestionSession> {
  const arm = holdfastArm(
    dataset,
    questions,
  )({
    name: 'evaluator',
    packages: [],
    settings: 'rows from the generator, nothing pushed down',
    backend: (setting) => generated(dataset, setting),
    options: { pushdown: 'none' },
  })
  return { ...arm, name: 'evaluator', open: (setting) => arm.open({ ...setting, loaded: false }) }
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
