import type { DateUnit } from '../../expression/types.js'
import { date, fact, instant, microseconds } from './notation.js'
import type { ScalarFact } from './notation.js'

type Parts = readonly (readonly [DateUnit, number])[]

const partsOfDays: readonly (readonly [string, Parts])[] = [
  [
    '2024-02-29',
    [
      ['year', 2024],
      ['quarter', 1],
      ['month', 2],
      ['day', 29],
      ['dayOfYear', 60],
      ['dayOfWeek', 4],
      ['week', 9],
    ],
  ],
  [
    '2021-01-03',
    [
      ['year', 2021],
      ['week', 53],
      ['dayOfWeek', 7],
      ['dayOfYear', 3],
    ],
  ],
  [
    '2024-12-30',
    [
      ['week', 1],
      ['dayOfWeek', 1],
      ['quarter', 4],
      ['dayOfYear', 365],
    ],
  ],
  [
    '2020-12-31',
    [
      ['week', 53],
      ['dayOfYear', 366],
    ],
  ],
  [
    '1969-12-31',
    [
      ['year', 1969],
      ['dayOfWeek', 3],
      ['week', 1],
    ],
  ],
  [
    '0001-01-01',
    [
      ['year', 1],
      ['dayOfWeek', 1],
      ['week', 1],
      ['dayOfYear', 1],
    ],
  ],
  [
    '9999-12-31',
    [
      ['year', 9999],
      ['dayOfWeek', 5],
      ['week', 52],
      ['dayOfYear', 365],
    ],
  ],
  [
    '1900-03-01',
    [
      ['dayOfYear', 60],
      ['dayOfWeek', 4],
    ],
  ],
]

const partsOfInstants: readonly (readonly [string, Parts])[] = [
  [
    '2024-03-31T01:30:15.250Z',
    [
      ['hour', 1],
      ['minute', 30],
      ['second', 15],
      ['millisecond', 250],
      ['day', 31],
    ],
  ],
  [
    '1969-12-31T23:59:59.999Z',
    [
      ['year', 1969],
      ['day', 31],
      ['hour', 23],
      ['minute', 59],
      ['second', 59],
      ['millisecond', 999],
    ],
  ],
  [
    '2024-10-27T00:59:59.000Z',
    [
      ['hour', 0],
      ['day', 27],
      ['millisecond', 0],
    ],
  ],
  [
    '2024-11-03T05:30:00.000Z',
    [
      ['hour', 5],
      ['day', 3],
    ],
  ],
  [
    '0001-01-01T00:00:00.000Z',
    [
      ['year', 1],
      ['hour', 0],
      ['week', 1],
    ],
  ],
]

const starts: readonly (readonly [DateUnit, string])[] = [
  ['year', '2024-01-01T00:00:00.000Z'],
  ['quarter', '2024-07-01T00:00:00.000Z'],
  ['month', '2024-08-01T00:00:00.000Z'],
  ['week', '2024-08-26T00:00:00.000Z'],
  ['day', '2024-08-31T00:00:00.000Z'],
  ['hour', '2024-08-31T13:00:00.000Z'],
  ['minute', '2024-08-31T13:45:00.000Z'],
  ['second', '2024-08-31T13:45:59.000Z'],
]
const moment = '2024-08-31T13:45:59.123Z'

function micros(iso: string): bigint {
  return BigInt(Date.parse(iso)) * 1000n
}

/** TIME-1 and TIME-2, written out. */
export const timeFacts: readonly ScalarFact[] = [
  ...partsOfDays.flatMap(([day, parts]) =>
    parts.map(([unit, value]) => fact('TIME-1', 'datePart', [date(day)], value, { unit })),
  ),
  ...partsOfInstants.flatMap(([iso, parts]) =>
    parts.flatMap(([unit, value]) => [
      fact('TIME-1', 'datePart', [instant(iso)], value, { unit }),
      fact('TIME-1', 'datePart', [microseconds(micros(iso))], value, { unit }),
    ]),
  ),
  fact('TIME-1', 'datePart', [microseconds(-1n)], 999, { unit: 'millisecond' }),
  fact('TIME-1', 'datePart', [microseconds(999n)], 0, { unit: 'millisecond' }),
  ...starts.flatMap(([unit, start]) => [
    fact('TIME-2', 'truncate', [instant(moment)], Date.parse(start), { unit }),
    fact('TIME-2', 'truncate', [microseconds(micros(moment) + 456n)], micros(start), { unit }),
  ]),
  fact('TIME-2', 'truncate', [instant('1969-12-31T23:59:59.999Z')], -1000, { unit: 'second' }),
  fact('TIME-2', 'truncate', [instant('1969-12-31T23:59:59.999Z')], -86_400_000, { unit: 'day' }),
  fact('TIME-2', 'truncate', [date('2024-02-29')], '2024-01-01', { unit: 'quarter' }),
  fact('TIME-2', 'truncate', [date('2021-01-03')], '2020-12-28', { unit: 'week' }),
  fact('TIME-2', 'truncate', [date('0001-01-01')], '0001-01-01', { unit: 'week' }),
  fact('TIME-2', 'truncate', [date('9999-12-31')], '9999-12-27', { unit: 'week' }),
  fact('TIME-2', 'truncate', [date('0001-12-31')], '0001-01-01', { unit: 'year' }),
]
