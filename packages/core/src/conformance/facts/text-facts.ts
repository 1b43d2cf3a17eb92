import type { FunctionName, Literal } from '../../expression/types.js'
import type { LogicalType } from '../../schema/types.js'
import {
  bigint,
  boolean,
  bytes,
  date,
  decimal,
  double,
  fact,
  instant,
  integer,
  json,
  list,
  microseconds,
  text,
  uuid,
} from './notation.js'
import type { ScalarFact } from './notation.js'

const smile = '\u{1f600}'
const privateUse = '\ue000'
const composed = '\u00e9'
const decomposed = 'e\u0301'
const textType: LogicalType = { name: 'text' }

/** Two values of a type in their order. */
const ascending: readonly (readonly [Literal, Literal])[] = [
  [boolean(false), boolean(true)],
  [integer(-1), integer(0)],
  [integer(9), integer(10)],
  [bigint(2n ** 53n), bigint(2n ** 53n + 1n)],
  [double(-0.5), double(5e-324)],
  [decimal(9, 2)(-1n), decimal(9, 2)(0n)],
  [text('a'), text('b')],
  [bytes(1), bytes(2)],
  [date('2024-02-29'), date('2024-03-01')],
  [instant('1969-12-31T23:59:59.999Z'), instant('1970-01-01T00:00:00.000Z')],
  [microseconds(-1n), microseconds(0n)],
]

/** What each comparison says of a pair in order, of a value and itself, of the pair turned round. */
const comparisons: readonly (readonly [FunctionName, boolean, boolean, boolean])[] = [
  ['lessThan', true, false, false],
  ['lessOrEqual', true, true, false],
  ['greaterThan', false, false, true],
  ['greaterOrEqual', false, true, true],
  ['equal', false, true, false],
  ['notEqual', true, false, true],
  ['isDistinctFrom', true, false, true],
]

/** TEXT-1 to TEXT-5 and the comparisons of ORDER-1, written out. */
export const textFacts: readonly ScalarFact[] = [
  fact('TEXT-1', 'equal', [decimal(9, 2)(150n), decimal(9, 1)(15n)], true),
  fact('TEXT-1', 'lessThan', [decimal(9, 2)(149n), decimal(9, 1)(15n)], true),
  fact('TEXT-1', 'isDistinctFrom', [decimal(18, 18)(0n), decimal(18, 0)(0n)], false),
  fact('TEXT-1', 'greaterThan', [decimal(18, 0)(10n ** 18n - 1n), decimal(18, 18)(1n)], true),
  fact('TEXT-1', 'in', [decimal(9, 2)(150n), list({ name: 'decimal', precision: 9, scale: 1 }, 15n)], true),
  fact('TEXT-2', 'equal', [text('a'), text('A')], false),
  fact('TEXT-2', 'equal', [text('a'), text('a ')], false),
  fact('TEXT-2', 'equal', [text(composed), text(decomposed)], false),
  fact('TEXT-2', 'equal', [text(''), text('')], true),
  fact('TEXT-2', 'equal', [text('\u00df'), text('ss')], false),
  fact('TEXT-2', 'in', [text('\u0130'), list(textType, 'i', 'I', 'i\u0307')], false),

  fact('TEXT-3', 'contains', [text('a%b'), text('%')], true),
  fact('TEXT-3', 'contains', [text('ab'), text('%')], false),
  fact('TEXT-3', 'contains', [text('ab'), text('_')], false),
  fact('TEXT-3', 'contains', [text('ab'), text('a_')], false),
  fact('TEXT-3', 'contains', [text('aB'), text('ab')], false),
  fact('TEXT-3', 'contains', [text('a\\b'), text('\\')], true),
  fact('TEXT-3', 'contains', [text('a\\b'), text('\\b')], true),
  fact('TEXT-3', 'contains', [text('ab'), text('\\b')], false),
  fact('TEXT-3', 'contains', [text('a*b'), text('a?b')], false),
  fact('TEXT-3', 'contains', [text('a[b'), text('[b')], true),
  fact('TEXT-3', 'contains', [text(''), text('')], true),
  fact('TEXT-3', 'contains', [text('a'), text('')], true),
  fact('TEXT-3', 'contains', [text(''), text('a')], false),
  fact('TEXT-3', 'contains', [text(`a${smile}b`), text(smile)], true),
  fact('TEXT-3', 'startsWith', [text('%a'), text('%')], true),
  fact('TEXT-3', 'startsWith', [text('abc'), text('a%')], false),
  fact('TEXT-3', 'startsWith', [text('abc'), text('_b')], false),
  fact('TEXT-3', 'startsWith', [text('Abc'), text('a')], false),
  fact('TEXT-3', 'startsWith', [text('abc'), text('bc')], false),
  fact('TEXT-3', 'startsWith', [text('abc'), text('abc')], true),
  fact('TEXT-3', 'startsWith', [text('abc'), text('')], true),
  fact('TEXT-3', 'startsWith', [text('a'), text('ab')], false),
  fact('TEXT-3', 'startsWith', [text('a\u{10ffff}b'), text('a')], true),
  fact('TEXT-3', 'startsWith', [text('a\uffff'), text('a\uffff')], true),
  fact('TEXT-3', 'endsWith', [text('a_'), text('_')], true),
  fact('TEXT-3', 'endsWith', [text('ab'), text('%b')], false),
  fact('TEXT-3', 'endsWith', [text('abc'), text('ab')], false),
  fact('TEXT-3', 'endsWith', [text('aba'), text('ba')], true),
  fact('TEXT-3', 'contains', [text('abc'), text('bc')], true),
  fact('TEXT-3', 'endsWith', [text('abc'), text('')], true),
  fact('TEXT-3', 'endsWith', [text('abC'), text('c')], false),
  fact('TEXT-3', 'endsWith', [text('b'), text('ab')], false),
  fact('TEXT-3', 'endsWith', [text(`a${smile}`), text(smile)], true),

  fact('TEXT-4', 'lower', [text('AbZ')], 'abz'),
  fact('TEXT-4', 'lower', [text('\u00c9\u0130\u03a3')], '\u00c9\u0130\u03a3'),
  fact('TEXT-4', 'upper', [text('abz')], 'ABZ'),
  fact('TEXT-4', 'upper', [text('\u00e9\u00df\u0131')], '\u00e9\u00df\u0131'),
  fact('TEXT-4', 'upper', [text('')], ''),

  fact('TEXT-5', 'length', [text('')], 0),
  fact('TEXT-5', 'length', [text(smile)], 1),
  fact('TEXT-5', 'length', [text(decomposed)], 2),
  fact('TEXT-5', 'length', [text(`a${smile}b`)], 3),
  fact('TEXT-5', 'substring', [text('abcd'), integer(1), integer(2)], 'bc'),
  fact('TEXT-5', 'substring', [text('abcd'), integer(0), integer(0)], ''),
  fact('TEXT-5', 'substring', [text('abcd'), integer(2), integer(10)], 'cd'),
  fact('TEXT-5', 'substring', [text('abcd'), integer(9), integer(1)], ''),
  fact('TEXT-5', 'substring', [text('abcd'), integer(-1), integer(2)], null),
  fact('TEXT-5', 'substring', [text('abcd'), integer(1), integer(-1)], null),
  fact('TEXT-5', 'substring', [text(`a${smile}b`), integer(1), integer(1)], smile),
  fact('TEXT-5', 'substring', [text(`${smile}${smile}`), integer(1), integer(5)], smile),
  fact('TEXT-5', 'substring', [text('abc'), integer(1), integer(Number.MAX_SAFE_INTEGER)], 'bc'),
  fact('TEXT-5', 'substring', [text('abc'), integer(Number.MAX_SAFE_INTEGER), integer(1)], ''),

  fact('TEXT-6', 'concat', [text('a'), text('')], 'a'),
  fact('TEXT-6', 'concat', [text('e'), text('\u0301')], decomposed),

  ...ascending.flatMap(([low, high]) =>
    comparisons.flatMap(([name, inOrder, same, turned]) => [
      fact('ORDER-1', name, [low, high], inOrder),
      fact('ORDER-1', name, [high, high], same),
      fact('ORDER-1', name, [high, low], turned),
    ]),
  ),
  fact('ORDER-1', 'lessThan', [text(privateUse), text(smile)], true),
  fact('ORDER-1', 'lessThan', [text('\uffff'), text('\u{10000}')], true),
  fact('ORDER-1', 'lessThan', [text('Z'), text('a')], true),
  fact('ORDER-1', 'lessThan', [text('a'), text('a\u0001')], true),
  fact('ORDER-1', 'lessThan', [text(''), text(' ')], true),
  fact('ORDER-1', 'lessThan', [text('10'), text('9')], true),
  fact('ORDER-1', 'lessThan', [bytes(), bytes(0)], true),
  fact('ORDER-1', 'lessThan', [bytes(0x7f), bytes(0x80)], true),
  fact('ORDER-1', 'lessThan', [bytes(1), bytes(0, 0)], false),
  fact('ORDER-1', 'equal', [bytes(0x61), bytes(0x61)], true),
  fact('ORDER-1', 'equal', [bytes(), bytes()], true),
  fact('ORDER-1', 'greaterThan', [date('9999-12-31'), date('0001-01-01')], true),
  fact(
    'ORDER-1',
    'lessThan',
    [uuid('0fffffff-ffff-ffff-ffff-ffffffffffff'), uuid('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11')],
    true,
  ),

  fact('TYPE-9', 'equal', [json('{"a":1,"b":2}'), json('{"a":1,"b":2}')], true),
  fact('TYPE-9', 'equal', [json('{"a":1}'), json('{"a":"1"}')], false),
  fact('TYPE-9', 'equal', [json('[1,2]'), json('[2,1]')], false),
]
