import { dataset } from '../../data/hits.ts'
import { questionWorkload } from '../questions/index.ts'
import { questions } from './questions.ts'

export const workload = questionWorkload(
  {
    name: 'hits',
    title: 'Hits of web sites: counts, filters, top ten, text, time',
    description:
      'Questions in the manner of ClickBench on a flat table of page views made from a seed: a part of its columns, with sites, ' +
      'visitors, regions, pages and phrases as unequal as real ones (Zipf’s law), most phrases empty, an index by site ' +
      'and time. Every answer has a total order: ties that ClickBench leaves open are broken by the key of the group.',
    rows: { quick: 100_000, full: [100_000, 1_000_000, 10_000_000] },
  },
  dataset,
  questions,
)
