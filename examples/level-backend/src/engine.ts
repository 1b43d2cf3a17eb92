import { KeyValueEngine, keyReadingOf, limitRange, rangeOf, throwIfAborted } from '@holdfast/core/backend'
import type { Batch, Parameters, Relation, RunOptions } from '@holdfast/core/backend'
import type { LevelStore } from './store.ts'

/** What is above the four methods: ranges of keys, in either direction, with a limit, and their number. */
export class LevelEngine extends KeyValueEngine<LevelStore> {
  takes(relation: Relation): 'exact' | 'superset' | 'no' {
    const reading = keyReadingOf(relation)
    if (reading === undefined) return 'no'
    return reading.exact || relation.node !== 'filter' ? 'exact' : 'superset'
  }

  async *run(relation: Relation, parameters: Parameters, { signal }: RunOptions): AsyncGenerator<Batch> {
    const reading = keyReadingOf(relation)!
    const table = this.table(reading.table.name)
    const { from, to } = rangeOf(reading, table, parameters)
    const range = { gte: from, lt: to, reverse: reading.descending }
    if (reading.counts !== undefined) {
      const number = await this.store.count(range, signal)
      yield [Object.fromEntries(reading.counts.map((name) => [name, number]))]
      return
    }
    const decode = table.decoder(reading.columns)
    const { start, end } = reading.limit ? limitRange(reading.limit, parameters) : { start: 0, end: Infinity }
    let position = 0
    for await (const entries of this.store.entries(range, Math.min(end, 1000))) {
      throwIfAborted(signal)
      const kept = entries.slice(Math.max(start - position, 0), Math.max(end - position, 0))
      if (kept.length > 0) yield kept.map(([, value]) => decode(value))
      position += entries.length
      if (position >= end) return
    }
  }
}
