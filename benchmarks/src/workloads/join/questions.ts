import { count, sum, type Database } from '@holdfast/core'
import { big, facts, medium, small } from '../../data/joins.ts'
import { everywhere, type Question } from '../questions/question.ts'

/** As db-benchmark checks its joins: how many rows, and the sums of the numbers of both sides. */
const totals = 'count(*) as rows, sum(v1) as v1, sum'

export const questions: readonly Question[] = [
  {
    name: 'j1',
    title: 'j1: small, by integer',
    holdfast: (database: Database) =>
      database
        .table(facts)
        .join(database.table(small), (fact, right) => fact.id1.eq(right.small_id))
        .select((fact, right) => ({ rows: count(), v1: sum(fact.v1), v2: sum(right.small_v2) })),
    sql: everywhere(`select ${totals}(small_v2) as v2 from facts join small on facts.id1 = small.small_id`),
  },
  {
    name: 'j2',
    title: 'j2: medium, by integer',
    holdfast: (database) =>
      database
        .table(facts)
        .join(database.table(medium), (fact, right) => fact.id2.eq(right.medium_id))
        .select((fact, right) => ({ rows: count(), v1: sum(fact.v1), v2: sum(right.medium_v2) })),
    sql: everywhere(
      `select ${totals}(medium_v2) as v2 from facts join medium on facts.id2 = medium.medium_id`,
    ),
  },
  {
    name: 'j3',
    title: 'j3: medium, left join',
    holdfast: (database) =>
      database
        .table(facts)
        .leftJoin(database.table(medium), (fact, right) => fact.id2.eq(right.medium_id))
        .select((fact, right) => ({ rows: count(), v1: sum(fact.v1), v2: sum(right.medium_v2) })),
    sql: everywhere(
      `select ${totals}(medium_v2) as v2 from facts left join medium on facts.id2 = medium.medium_id`,
    ),
  },
  {
    name: 'j4',
    title: 'j4: medium, by text',
    holdfast: (database) =>
      database
        .table(facts)
        .join(database.table(medium), (fact, right) => fact.id5.eq(right.medium_name))
        .select((fact, right) => ({ rows: count(), v1: sum(fact.v1), v2: sum(right.medium_v2) })),
    sql: everywhere(
      `select ${totals}(medium_v2) as v2 from facts join medium on facts.id5 = medium.medium_name`,
    ),
  },
  {
    name: 'j5',
    title: 'j5: big, by integer',
    holdfast: (database) =>
      database
        .table(facts)
        .join(database.table(big), (fact, right) => fact.id3.eq(right.big_id))
        .select((fact, right) => ({ rows: count(), v1: sum(fact.v1), v2: sum(right.big_v2) })),
    sql: everywhere(`select ${totals}(big_v2) as v2 from facts join big on facts.id3 = big.big_id`),
  },
  {
    name: 'rows',
    title: '1,000 joined rows',
    holdfast: (database) =>
      database
        .table(facts)
        .join(database.table(small), (fact, right) => fact.id1.eq(right.small_id))
        .select((fact, right) => ({ id: fact.id, name: right.small_name, v1: fact.v1, v2: right.small_v2 }))
        .orderBy((row) => row.id)
        .limit(1000),
    sql: everywhere(`select facts.id, small_name as name, v1, small_v2 as v2
      from facts join small on facts.id1 = small.small_id order by facts.id limit 1000`),
  },
]
