import type pg from 'pg'
import { settingsOf } from '../../../backends/index.ts'
import type { Arm } from '../../../contract/arm.ts'
import type { Dataset } from '../../../data/dataset.ts'
import { fillElsewhere } from '../../../databases/fill.ts'
import { openPostgres, plainPostgresRows, postgresPackages } from '../../../databases/postgres.ts'
import type { Question } from '../question.ts'
import type { QuestionSession } from '../session.ts'

export const pgPool = (dataset: Dataset, questions: readonly Question[]): Arm<QuestionSession> => ({
  name: 'pg',
  engine: 'postgres',
  kind: 'bare',
  packages: postgresPackages,
  settings: settingsOf.postgres,
  async open(setting) {
    await fillElsewhere('postgres', setting, dataset)
    const pool = await openPostgres(setting)
    return {
      session: {
        ask: ({ name, sql }) => pool.query({ name, text: sql.postgres }),
        plain: (result) => plainPostgresRows(result as pg.QueryResult<Record<string, unknown>>),
      },
      async explain(step) {
        const { postgres: sql } = questions.find(({ name }) => name === step)!.sql
        const { rows } = await pool.query<Record<'QUERY PLAN', string>>(`explain ${sql}`)
        return { code: sql, sql, plan: rows.map((row) => row['QUERY PLAN']).join('\n') }
      },
      close: () => pool.end(),
    }
  },
})
