import type { LogicalType } from '../../schema/types.js'
import {
  bigint,
  boolean,
  date,
  decimal,
  double,
  fact,
  instant,
  integer,
  microseconds,
  text,
  uuid,
} from './notation.js'
import type { ScalarFact } from './notation.js'

const largest = Number.MAX_SAFE_INTEGER
const largestBigint = 2n ** 63n - 1n
const leastBigint = -(2n ** 63n)
const largestDouble = Number.MAX_VALUE

const integerType: LogicalType = { name: 'integer' }
const bigintType: LogicalType = { name: 'bigint' }
const doubleType: LogicalType = { name: 'double' }
const textType: LogicalType = { name: 'text' }
const dateType: LogicalType = { name: 'date' }
const money: LogicalType = { name: 'decimal', precision: 9, scale: 2 }
const milliseconds: LogicalType = { name: 'timestamp', unit: 'ms' }
const micro: LogicalType = { name: 'timestamp', unit: 'us' }

/** NUM-1 to NUM-5, written out. */
export const numberFacts: readonly ScalarFact[] = [
  fact('NUM-1', 'add', [integer(2), integer(3)], 5),
  fact('NUM-1', 'add', [integer(largest), integer(1)], null),
  fact('NUM-1', 'add', [integer(largest), integer(0)], largest),
  fact('NUM-1', 'subtract', [integer(-largest), integer(1)], null),
  fact('NUM-1', 'multiply', [integer(94_906_267), integer(94_906_267)], null),
  fact('NUM-1', 'multiply', [integer(-94_906_265), integer(94_906_265)], -(94_906_265 ** 2)),
  fact('NUM-1', 'multiply', [integer(2 ** 52), integer(2 ** 52)], null),
  fact('NUM-1', 'add', [bigint(largestBigint), bigint(1n)], null),
  fact('NUM-1', 'subtract', [bigint(leastBigint), bigint(1n)], null),
  fact('NUM-1', 'add', [bigint(2n ** 53n), bigint(1n)], 2n ** 53n + 1n),
  fact('NUM-1', 'multiply', [bigint(largestBigint), bigint(-1n)], -largestBigint),
  fact('NUM-1', 'multiply', [bigint(leastBigint), bigint(-1n)], null),
  fact('NUM-1', 'multiply', [bigint(2n ** 32n), bigint(2n ** 32n)], null),
  fact('NUM-1', 'multiply', [bigint(3_037_000_500n), bigint(3_037_000_500n)], null),
  fact('NUM-1', 'multiply', [bigint(3_037_000_499n), bigint(3_037_000_499n)], 3_037_000_499n ** 2n),
  fact('NUM-1', 'negate', [bigint(leastBigint)], null),
  fact('NUM-1', 'absolute', [bigint(leastBigint)], null),
  fact('NUM-1', 'absolute', [bigint(-3n)], 3n),
  fact('NUM-1', 'negate', [integer(largest)], -largest),
  fact('NUM-1', 'absolute', [integer(-7)], 7),
  fact('NUM-1', 'absolute', [double(-0.5)], 0.5),
  fact('NUM-1', 'add', [double(0.1), double(0.2)], 0.1 + 0.2),
  fact('NUM-1', 'add', [double(largestDouble), double(largestDouble)], null),
  fact('NUM-1', 'subtract', [double(-largestDouble), double(largestDouble)], null),
  fact('NUM-1', 'multiply', [double(1e200), double(1e200)], null),
  fact('NUM-1', 'multiply', [double(5e-324), double(0.5)], 0),
  fact('NUM-1', 'add', [decimal(9, 2)(150n), decimal(9, 2)(25n)], 175n),
  fact('NUM-1', 'add', [decimal(9, 2)(150n), decimal(9, 4)(25n)], 15_025n),
  fact('NUM-1', 'subtract', [decimal(9, 0)(1n), decimal(9, 2)(1n)], 99n),
  fact('NUM-1', 'add', [decimal(18, 0)(10n ** 18n - 1n), decimal(18, 0)(1n)], null),
  fact('NUM-1', 'negate', [decimal(9, 2)(-1230n)], 1230n),
  fact('NUM-1', 'absolute', [decimal(9, 2)(-1230n)], 1230n),

  fact('NUM-2', 'divide', [integer(7), integer(2)], 3.5),
  fact('NUM-2', 'divide', [integer(-7), integer(2)], -3.5),
  fact('NUM-2', 'divide', [integer(1), integer(3)], 1 / 3),
  fact('NUM-2', 'divide', [integer(1), integer(0)], null),
  fact('NUM-2', 'divide', [integer(0), integer(0)], null),
  fact('NUM-2', 'divide', [double(1), double(0)], null),
  fact('NUM-2', 'divide', [double(largestDouble), double(0.5)], null),
  fact('NUM-2', 'divide', [bigint(largestBigint), bigint(2n)], 2 ** 62),
  fact('NUM-2', 'divide', [bigint(2n ** 53n + 1n), bigint(1n)], 2 ** 53),

  fact('NUM-3', 'integerDivide', [integer(7), integer(2)], 3),
  fact('NUM-3', 'integerDivide', [integer(-7), integer(2)], -3),
  fact('NUM-3', 'integerDivide', [integer(7), integer(-2)], -3),
  fact('NUM-3', 'integerDivide', [integer(1), integer(0)], null),
  fact('NUM-3', 'integerDivide', [integer(largest), integer(-1)], -largest),
  fact('NUM-3', 'integerDivide', [bigint(leastBigint), bigint(-1n)], null),
  fact('NUM-3', 'integerDivide', [bigint(leastBigint), bigint(3n)], leastBigint / 3n),
  fact('NUM-3', 'modulo', [integer(7), integer(2)], 1),
  fact('NUM-3', 'modulo', [integer(-7), integer(2)], -1),
  fact('NUM-3', 'modulo', [integer(7), integer(-2)], 1),
  fact('NUM-3', 'modulo', [integer(1), integer(0)], null),
  fact('NUM-3', 'modulo', [bigint(leastBigint), bigint(-1n)], 0n),
  fact('NUM-3', 'modulo', [bigint(-7n), bigint(2n)], -1n),

  fact('NUM-4', 'cast', [integer(5)], 5n, { type: bigintType }),
  fact('NUM-4', 'cast', [integer(5)], 5, { type: doubleType }),
  fact('NUM-4', 'cast', [integer(-5)], '-5', { type: textType }),
  fact('NUM-4', 'cast', [integer(5)], 500n, { type: money }),
  fact('NUM-4', 'cast', [integer(9_999_999)], 999_999_900n, { type: money }),
  fact('NUM-4', 'cast', [integer(10_000_000)], null, { type: money }),
  fact('NUM-4', 'cast', [bigint(BigInt(largest))], largest, { type: integerType }),
  fact('NUM-4', 'cast', [bigint(2n ** 53n)], null, { type: integerType }),
  fact('NUM-4', 'cast', [bigint(2n ** 53n + 1n)], 2 ** 53, { type: doubleType }),
  fact('NUM-4', 'cast', [bigint(largestBigint)], '9223372036854775807', { type: textType }),
  fact('NUM-4', 'cast', [decimal(9, 2)(-1230n)], -12.3, { type: doubleType }),
  fact('NUM-4', 'cast', [decimal(9, 2)(-5n)], '-0.05', { type: textType }),
  fact('NUM-4', 'cast', [decimal(9, 0)(7n)], '7', { type: textType }),
  fact('NUM-4', 'cast', [decimal(18, 18)(123_456_789_012_345_678n)], 0.12345678901234568, {
    type: doubleType,
  }),
  fact('NUM-4', 'cast', [double(2.9)], 2, { type: integerType }),
  fact('NUM-4', 'cast', [double(-2.9)], -2, { type: integerType }),
  fact('NUM-4', 'cast', [double(1e300)], null, { type: integerType }),
  fact('NUM-4', 'cast', [double(2 ** 53)], null, { type: integerType }),
  fact('NUM-4', 'cast', [double(0.1)], '0.1', { type: textType }),
  fact('NUM-4', 'cast', [double(1e21)], '1e+21', { type: textType }),
  fact('NUM-4', 'cast', [double(3)], '3', { type: textType }),
  fact('NUM-4', 'cast', [double(5e-324)], '5e-324', { type: textType }),
  fact('NUM-4', 'cast', [boolean(true)], 1, { type: integerType }),
  fact('NUM-4', 'cast', [boolean(false)], 0, { type: integerType }),
  fact('NUM-4', 'cast', [date('2024-02-29')], Date.UTC(2024, 1, 29), { type: milliseconds }),
  fact('NUM-4', 'cast', [date('0001-01-01')], -62_135_596_800_000_000n, { type: micro }),
  fact('NUM-4', 'cast', [instant('2024-02-29T23:59:59.999Z')], '2024-02-29', { type: dateType }),
  fact('NUM-4', 'cast', [instant('1969-12-31T23:59:59.999Z')], '1969-12-31', { type: dateType }),
  fact('NUM-4', 'cast', [microseconds(-1n)], '1969-12-31', { type: dateType }),
  fact('NUM-4', 'cast', [microseconds(-1n)], -1, { type: milliseconds }),
  fact('NUM-4', 'cast', [microseconds(1999n)], 1, { type: milliseconds }),
  fact('NUM-4', 'cast', [instant('1969-12-31T23:59:59.999Z')], -1000n, { type: micro }),
  fact(
    'NUM-4',
    'cast',
    [uuid('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11')],
    'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
    {
      type: textType,
    },
  ),
  fact('NUM-4', 'cast', [text('a')], 'a', { type: textType }),

  fact('NUM-5', 'negate', [integer(0)], 0),
  fact('NUM-5', 'negate', [double(0)], 0),
  fact('NUM-5', 'multiply', [double(-1), double(0)], 0),
  fact('NUM-5', 'multiply', [integer(-1), integer(0)], 0),
  fact('NUM-5', 'divide', [integer(0), integer(-5)], 0),
  fact('NUM-5', 'modulo', [integer(-4), integer(2)], 0),
  fact('NUM-5', 'integerDivide', [integer(-1), integer(2)], 0),
  fact('NUM-5', 'cast', [double(-0.5)], 0, { type: integerType }),
  fact('NUM-5', 'multiply', [double(-5e-324), double(0.25)], 0),
]
