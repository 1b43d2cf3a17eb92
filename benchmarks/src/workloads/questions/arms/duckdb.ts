import type { DuckDBPreparedStatement } from '@duckdb/node-api'
import { settingsOf } from '../../../backends/index.ts'
import type { Arm } from '../../../contract/arm.ts'
import type { Dataset } from '../../../data/dataset.ts'
import { duckdbPackages, openDuckdb, plainDuckdbRow, type DuckdbRow } from '../../../databases/duckdb.ts'
import { fillElsewhere } from '../../../databases/fill.ts'
import type { Question } from '../question.ts'
import type { QuestionSession } from '../session.ts'

export const duckdbApi = (dataset: Dataset, questions: readonly Question[]): Arm<QuestionSession> => ({
  name: '@duckdb/node-api',
  engine: 'duckdb',
  kind: 'bare',
  packages: duckdbPackages,
  settings: settingsOf.duckdb,
  async open(setting) {
    await fillElsewhere('duckdb', setting, dataset)
    const { connection, close } = await openDuckdb(setting)
    const prepared = new Map<string, DuckDBPreparedStatement>()
    const statement = async ({ sql }: Question) => {
      const known = prepared.get(sql.duckdb) ?? (await connection.prepare(sql.duckdb))
      prepared.set(sql.duckdb, known)
      return known
    }
    return {
      session: {
        async ask(question) {
          const result = await (await statement(question)).run()
          return result.getRowObjects()
        },
        plain: (rows) => (rows as DuckdbRow[]).map(plainDuckdbRow),
      },
      async explain(step) {
        const { duckdb: sql } = questions.find(({ name }) => name === step)!.sql
        const plan = await (await connection.run(`explain ${sql}`)).getRows()
        return { code: sql, sql, plan: plan.map(([, text]) => String(text)).join('\n') }
      },
      close,
    }
  },
})
