import { type Backend, open } from '@holdfast/core'
import type { Data } from './data.ts'
import { questions } from './questions.ts'
import { airports, flights, movies, weather } from './tables.ts'

export interface Answer {
  readonly rows: readonly object[]
  readonly milliseconds: number
}

export interface EngineResult {
  readonly engine: string
  readonly rowsLoaded: number
  readonly loadMilliseconds: number
  /** One for each question, in order. */
  readonly answers: readonly Answer[]
}

/** Loads the data into one engine and asks it every question. */
export async function runEngine(
  engine: string,
  backend: Backend,
  data: Data,
  progress: (step: string) => void,
): Promise<EngineResult> {
  await using database = await open(backend)
  progress('loading')
  const loading = await timed(async () => {
    for (const definition of [airports, flights, weather, movies]) await database.ensure(definition)
    await database.transaction(async (transaction) => {
      await transaction.table(airports).insert(data.airports)
      await transaction.table(flights).insert(data.flights)
      await transaction.table(weather).insert(data.weather)
      await transaction.table(movies).insert(data.movies)
    })
  })
  const answers: Answer[] = []
  for (const [index, question] of questions.entries()) {
    progress(`question ${index + 1} of ${questions.length}`)
    const { result, milliseconds } = await timed(() => question.ask(database))
    answers.push({ rows: result, milliseconds })
  }
  const lengths = Object.values<readonly unknown[]>({ ...data }).map((rows) => rows.length)
  const rowsLoaded = lengths.reduce((sum, length) => sum + length, 0)
  return { engine, rowsLoaded, loadMilliseconds: loading.milliseconds, answers }
}

async function timed<Result>(work: () => Promise<Result>) {
  const start = performance.now()
  const result = await work()
  return { result, milliseconds: performance.now() - start }
}
