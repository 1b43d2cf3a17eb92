import type { Backend } from '@holdfast/core'
import {
  actionNames,
  aggregateNames,
  functionNames,
  questions,
  relationNames,
  windowNames,
} from '../capabilities.ts'
import { backendAt } from '../engines.ts'
import type { Address } from '../engines.ts'
import type { Cell } from '../types.ts'
import { actionCell } from './actions.ts'
import { aggregateForms, windowForms } from './aggregates.ts'
import { companyCell } from './company.ts'
import { fileCells } from './files.ts'
import { functionForms } from './functions.ts'
import { relationForms } from './relations.ts'
import { cellOf, Trial } from './trial.ts'
import type { Form } from './trial.ts'

type Cells = Readonly<Record<string, Cell>>

const queryForms: readonly (readonly [id: string, forms: () => readonly Form[]])[] = [
  ...relationNames.map((name) => [`relation/${name}`, () => relationForms(name)] as const),
  ...aggregateNames.map((name) => [`aggregate/${name}`, () => aggregateForms(name)] as const),
  ...windowNames.map((name) => [`window/${name}`, () => windowForms(name)] as const),
  ...functionNames.map((name) => [`function/${name}`, () => functionForms(name)] as const),
]

/**
 * The cells of everything that queries are made of.
 *
 * @throws AggregateError with all that was answered otherwise than by the evaluator
 */
export async function queryCells(backend: Backend): Promise<Cells> {
  await using trial = await Trial.open(backend)
  return await collect(queryForms.map(([id, forms]) => [id, () => cellOf(trial, forms())] as const))
}

/** The cells of what is done beside queries, files included. */
export async function actionCells(backend: Backend): Promise<Cells> {
  await using trial = await Trial.open(backend)
  const files: Record<string, Cell> = {}
  const found = await collect([
    ...actionNames.map((name) => [`action/${name}`, () => actionCell(trial, name)] as const),
    [
      'file/',
      async () => {
        for (const [action, cell] of await fileCells(trial)) files[`file/${action}`] = cell
        return { word: 'yes' }
      },
    ],
  ])
  return { ...Object.fromEntries(Object.entries(found).filter(([id]) => id !== 'file/')), ...files }
}

/** All cells of an engine, each part on new databases. */
export async function findCells(next: () => Address): Promise<Cells> {
  return {
    ...(await queryCells(backendAt(next()))),
    ...(await actionCells(backendAt(next()))),
    ...(await collect(
      questions.map((question) => [`company/${question}`, () => companyCell(question, next())] as const),
    )),
  }
}

/** Goes through all of them also when one is wrong, so that everything that is wrong is told at once. */
async function collect(
  finders: readonly (readonly [id: string, find: () => Promise<Cell>])[],
): Promise<Cells> {
  const cells: Record<string, Cell> = {}
  const failures: Error[] = []
  for (const [id, find] of finders) {
    try {
      cells[id] = await find()
    } catch (error) {
      failures.push(
        new Error(`${id}: ${error instanceof Error ? error.message : String(error)}`, { cause: error }),
      )
    }
  }
  if (failures.length === 0) return cells
  throw new AggregateError(failures, failures.map(({ message }) => message).join('\n'))
}
