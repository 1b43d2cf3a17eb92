import { dataset } from '../../data/series.ts'
import { questionWorkload } from '../questions/index.ts'
import { questions } from './questions.ts'

export const workload = questionWorkload(
  {
    name: 'windows',
    title: 'Windows over time series',
    description:
      'Readings of rows / 1,000 sensors, one in about ten minutes each, of which some are lost and some hold no value: what windows ' +
      'are for. Holdfast has no difference of two instants; the question for gaps makes it of their parts, in SQL it is ' +
      'what each engine has for it.',
    rows: { quick: 100_000, full: [100_000, 1_000_000] },
  },
  dataset,
  questions,
)
