import { dataset, datasetWithNulls } from '../../data/groups.ts'
import { questionWorkload } from '../questions/index.ts'
import { questions } from './questions.ts'

const rows = { quick: 100_000, full: [100_000, 1_000_000, 10_000_000] }

const description =
  'The ten group-by questions of db-benchmark (h2o.ai) on its table G1 with K = 100: three columns of text and three of integers ' +
  'to group by, of 100 or rows / 100 different values, and three of numbers, made from a seed. The table has a key besides. ' +
  'All arms answer in one order, that of the groups, which the original leaves open. Correlation (q9) is made of sums in all ' +
  'arms: Holdfast has no aggregate for it. v3 is a multiple of 1/1024, so that sums do not depend on the order of addition.'

export const workload = questionWorkload(
  { name: 'group-by', title: 'Group-by: the ten questions of db-benchmark', description, rows },
  dataset,
  questions,
)

export const workloadWithNulls = questionWorkload(
  {
    name: 'group-by-nulls',
    title: 'Group-by: the ten questions of db-benchmark, 5 % nulls',
    description: `${description} Of every column but the key, 5 % of the values are null.`,
    rows,
  },
  datasetWithNulls,
  questions,
)
