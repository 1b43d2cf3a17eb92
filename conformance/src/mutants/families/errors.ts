import { HoldfastError, isHoldfastError } from '@holdfast/core/backend'
import type { ErrorCode, ErrorDetails, TableDefinition } from '@holdfast/core/backend'
import { broken, refusals } from '../defects.ts'
import type { Mutant, MutantFamily } from '../mutant.ts'

function told(error: HoldfastError, code: ErrorCode, change: Partial<ErrorDetails> = {}): HoldfastError {
  const { table, key } = error
  const details = {
    ...(table === undefined ? {} : { table }),
    ...(key === undefined ? {} : { key }),
    ...change,
  }
  return new HoldfastError(code, error.message, details)
}

/** Refusals of one code become those of another. */
function mistakes(name: string, breaks: string, from: ErrorCode, to: ErrorCode): Mutant {
  return refusals(name, breaks, (error) => {
    throw isHoldfastError(error) && error.code === from ? told(error, to) : error
  })
}

export const errors: MutantFamily = {
  family: 'errors',
  mutants: [
    refusals('swallows errors', 'life/catalog', (_error, { changes }) => ({ counts: changes.map(() => 0) })),
    refusals('names no code', 'writes/conflicts', (error) => {
      throw new Error('constraint failed', { cause: error })
    }),
    refusals('throws a text', 'writes/conflicts', () => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- what some drivers do
      throw 'SQLITE_CONSTRAINT'
    }),
    mistakes(
      'tells a repeated key as a unique value',
      'writes/conflicts',
      'DUPLICATE_KEY',
      'UNIQUE_VIOLATION',
    ),
    mistakes(
      'tells a unique value as a repeated key',
      'writes/conflicts',
      'UNIQUE_VIOLATION',
      'DUPLICATE_KEY',
    ),
    mistakes('tells a stale version as a conflict', 'writes/given', 'VERSION_MISMATCH', 'CONFLICT'),
    mistakes('tells every refusal as a failure of its own', 'writes/conflicts', 'DUPLICATE_KEY', 'ENGINE'),
    refusals('names no table', 'writes/conflicts', (error) => {
      throw isHoldfastError(error) ? new HoldfastError(error.code, error.message, { key: error.key }) : error
    }),
    refusals('names no key', 'writes/conflicts', (error) => {
      throw isHoldfastError(error) && error.table !== undefined
        ? new HoldfastError(error.code, error.message, { table: error.table })
        : error
    }),
    refusals('names the table in its own spelling', 'writes/conflicts', (error) => {
      throw isHoldfastError(error) ? told(error, error.code, { table: `main.${error.table ?? ''}` }) : error
    }),
    broken('drops nothing', 'life/catalog', () => ({ dropTable: () => undefined })),
    broken('drops a missing table without a word', 'life/catalog', (engine) => ({
      dropTable: async (name: string) => {
        const there = (await engine.tables()).some((table) => table.name === name)
        if (there) await engine.dropTable(name)
      },
    })),
    broken('creates a table in place of another', 'life/catalog', (engine) => ({
      createTable: async (table: TableDefinition) => {
        if ((await engine.tables()).some(({ name }) => name === table.name))
          await engine.dropTable(table.name)
        await engine.createTable(table)
      },
      tables: () => [],
    })),
  ],
}
