import type SQLite from 'better-sqlite3'
import { settingsOf } from '../../../backends/index.ts'
import type { Arm } from '../../../contract/arm.ts'
import type { Dataset } from '../../../data/dataset.ts'
import { fillElsewhere } from '../../../databases/fill.ts'
import { openSqlite, sqlitePackages } from '../../../databases/sqlite.ts'
import type { Question } from '../question.ts'
import type { QuestionSession } from '../session.ts'

export const betterSqlite3 = (dataset: Dataset, questions: readonly Question[]): Arm<QuestionSession> => ({
  name: 'better-sqlite3',
  engine: 'sqlite',
  kind: 'bare',
  packages: sqlitePackages,
  settings: settingsOf.sqlite.normal,
  async open(setting) {
    await fillElsewhere('sqlite', setting, dataset)
    const driver = await openSqlite(setting)
    const prepared = new Map<string, SQLite.Statement>()
    const statement = ({ sql }: Question) => {
      const known = prepared.get(sql.sqlite) ?? driver.prepare(sql.sqlite)
      prepared.set(sql.sqlite, known)
      return known
    }
    return {
      session: {
        ask: (question) => statement(question).all(),
        plain: (rows) => rows as object[],
      },
      async explain(step) {
        const { sqlite: sql } = questions.find(({ name }) => name === step)!.sql
        const plan = driver.prepare<[], { detail: string }>(`explain query plan ${sql}`).all()
        return { code: sql, sql, plan: plan.map(({ detail }) => detail).join('\n') }
      },
      close: () => void driver.close(),
    }
  },
})
