import { describe, expect, test } from 'vitest'
import { checkHistory } from '../../../src/conformance/isolation/histories/check.js'
import type {
  History,
  HistoryEvent,
  RecordedTransaction,
} from '../../../src/conformance/isolation/histories/history.js'

/** `r1:11,12` read list 1 as [11, 12]; `a1:13` appended 13 to list 1. */
function eventsOf(notation: string): HistoryEvent[] {
  return notation.split(' ').map((event) => {
    const [, kind, list, values = ''] = /^([ra])(\d):([\d,]*)$/.exec(event) ?? []
    if (kind === undefined) throw new Error(`'${event}' is no event.`)
    return kind === 'r'
      ? { kind: 'read', list: Number(list), values: values === '' ? [] : values.split(',').map(Number) }
      : { kind: 'append', list: Number(list), value: Number(values) }
  })
}

type Status = RecordedTransaction['status']

/** Transactions T1, T2, ... all at once, unless their span is given. */
function historyOf(
  transactions: readonly (
    string | readonly [events: string, status: Status, span?: readonly [number, number]]
  )[],
  final: Readonly<Record<number, readonly number[]>>,
): History {
  return {
    transactions: transactions.map((given, index) => {
      const [events, status = 'committed', [asked, ended] = [0, 100]] =
        typeof given === 'string' ? [given] : given
      return { name: `T${index + 1}`, status, events: eventsOf(events), asked, ended }
    }),
    final: new Map(Object.entries(final).map(([list, values]) => [Number(list), values])),
  }
}

const anomaliesIn = (history: History): readonly string[] =>
  checkHistory(history).map(({ anomaly }) => anomaly)

describe('histories without an anomaly', () => {
  test.each([
    ['nothing at all', historyOf([], {})],
    ['one after another', historyOf(['a1:11', 'r1:11 a1:21 r1:11,21', 'r1:11,21'], { 1: [11, 21] })],
    [
      'a reader between two writers',
      historyOf(['a1:11 a2:12', 'a1:21 a2:22', 'r1:11 r2:12'], { 1: [11, 21], 2: [12, 22] }),
    ],
    ['what was undone and not seen', historyOf([['a1:11', 'undone'], 'r1:'], { 1: [] })],
    ['an unanswered end that took effect', historyOf([['a1:11', 'unknown'], 'r1:11'], { 1: [11] })],
    ['an unanswered end that did not', historyOf([['a1:11', 'unknown'], 'r1:'], { 1: [] })],
    [
      'a reader at once that is behind',
      historyOf(
        [
          ['a1:11', 'committed', [1, 5]],
          ['r1:', 'committed', [4, 9]],
        ],
        { 1: [11] },
      ),
    ],
  ])('%s', (_name, history) => {
    expect(checkHistory(history)).toEqual([])
  })
})

describe('anomalies that one read or the end shows', () => {
  test.each([
    ['lost append', historyOf(['r1: a1:11', 'r1: a1:21'], { 1: [21] })],
    ['undone append', historyOf([['a1:11', 'undone']], { 1: [11] })],
    ['duplicate append', historyOf(['a1:11'], { 1: [11, 11] })],
    ['duplicate append', historyOf(['a1:11', 'r1:11,11'], { 1: [11] })],
    ['garbage', historyOf(['a1:11'], { 1: [11, 7] })],
    ['garbage', historyOf(['a1:11', 'r1:7'], { 1: [11] })],
    ['garbage', historyOf(['a1:11', 'r2:11'], { 1: [11], 2: [] })],
    ['G1a', historyOf([['a1:11', 'undone'], 'r1:11'], { 1: [] })],
    ['G1a', historyOf([['a1:11', 'unknown'], 'r1:11'], { 1: [] })],
    ['G1b', historyOf(['a1:11 a1:12', 'r1:11'], { 1: [11, 12] })],
    ['internal', historyOf(['a1:11 r1:'], { 1: [11] })],
    ['incompatible order', historyOf(['a1:11', 'a1:21', 'r1:21'], { 1: [11, 21] })],
  ])('%s', (anomaly, history) => {
    expect(anomaliesIn(history)).toContain(anomaly)
  })
})

describe('anomalies that are cycles', () => {
  test.each([
    ['G0', false, historyOf(['a1:11 a2:12', 'a1:21 a2:22'], { 1: [11, 21], 2: [22, 12] })],
    ['G0', false, historyOf(['a1:11 a1:12', 'a1:21'], { 1: [11, 21, 12] })],
    ['G1c', false, historyOf(['a1:11 r2:22', 'a2:22 r1:11'], { 1: [11], 2: [22] })],
    ['G1c', false, historyOf(['a1:11 a2:12', 'a2:22 r1:11'], { 1: [11], 2: [22, 12] })],
    ['G-single', false, historyOf(['a1:11 a2:12', 'r1:11 r2:'], { 1: [11], 2: [12] })],
    ['G-single', false, historyOf(['a1:11', 'r1: r1:11'], { 1: [11] })],
    [
      'G-single',
      false,
      historyOf(['a1:11', 'r1:11 a2:21', 'r2:21 a3:31', 'r3:31 r1:'], { 1: [11], 2: [21], 3: [31] }),
    ],
    [
      'G-nonadjacent',
      false,
      historyOf(['r5:51 r2:', 'a2:21 a3:22', 'r3:22 r4:', 'a4:41 a5:51'], {
        2: [21],
        3: [22],
        4: [41],
        5: [51],
      }),
    ],
    ['G2-item', true, historyOf(['r1: r2: a1:11', 'r1: r2: a2:21'], { 1: [11], 2: [21] })],
    ['G2-item', true, historyOf(['r1: a2:12', 'r2: a3:23', 'r3: a1:31'], { 1: [31], 2: [12], 3: [23] })],
    ['G2-item', true, historyOf(['r1: r2: a1:11', 'a2:21', 'r1: r2:21'], { 1: [11], 2: [21] })],
    [
      'G-single in real time',
      false,
      historyOf(
        [
          ['a1:11', 'committed', [1, 2]],
          ['r1:', 'committed', [3, 4]],
        ],
        { 1: [11] },
      ),
    ],
    [
      'G0 in real time',
      false,
      historyOf(
        [
          ['a1:11', 'committed', [1, 2]],
          ['a1:21', 'committed', [3, 4]],
        ],
        { 1: [21, 11] },
      ),
    ],
    [
      'G2-item in real time',
      true,
      historyOf(
        [
          ['r1: r2: a1:11', 'committed', [1, 9]],
          ['a2:21', 'committed', [2, 3]],
          ['r1:', 'committed', [4, 5]],
        ],
        {
          1: [11],
          2: [21],
        },
      ),
    ],
  ])('%s', (anomaly, skew, history) => {
    expect(checkHistory(history)).toMatchObject([{ anomaly, skew }])
  })

  test('are told in words, the shortest alone', () => {
    const history = historyOf(['a1:11 a2:12', 'r1:11 r2:', 'r1:11 a3:31', 'r3:31 r2: a4:41'], {
      1: [11],
      2: [12],
      3: [31],
      4: [41],
    })
    expect(checkHistory(history)).toEqual([
      {
        anomaly: 'G-single',
        rule: 'ISO-1',
        skew: false,
        text: [
          'each of T2, T1 comes before the next, and the last before the first:',
          'T2 read list 2 as [] and T1 appended 12 to that (rw)',
          'T1 appended 11 to list 1 and T2 read it (wr)',
        ].join('\n'),
      },
    ])
  })
})
