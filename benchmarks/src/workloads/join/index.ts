import { dataset, datasetWithNulls } from '../../data/joins.ts'
import { questionWorkload } from '../questions/index.ts'
import { questions } from './questions.ts'

const rows = { quick: 100_000, full: [100_000, 1_000_000, 10_000_000] }

const description =
  'The five joins of db-benchmark (h2o.ai): a table with right sides of rows / 1e6, rows / 1e3 and as many rows, of whose ids 9 ' +
  'in 10 are on both sides, made from a seed; no right side has less than 10 rows. Answered are the number of rows and the ' +
  'sums of both sides, by which the original checks its joins, rather than the rows themselves, which would measure how they are ' +
  'handed over. The last question does that for the first 1,000. Numbers are multiples of 1/1024, so that sums do not ' +
  'depend on the order of addition.'

export const workload = questionWorkload(
  { name: 'join', title: 'Joins: the five questions of db-benchmark', description, rows },
  dataset,
  questions,
)

export const workloadWithNulls = questionWorkload(
  {
    name: 'join-nulls',
    title: 'Joins: the five questions of db-benchmark, 5 % nulls',
    description: `${description} Of the left side's ids and of all numbers, 5 % are null.`,
    rows,
  },
  datasetWithNulls,
  questions,
)
