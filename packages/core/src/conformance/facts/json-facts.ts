import type { LogicalType, StoredValue } from '../../schema/types.js'
import { fact, json, list } from './notation.js'
import type { ScalarFact } from './notation.js'

const document = json(
  '{"":0,"a":{"b":[10,{"c":"x"}],"d":null},"a.b":"dot","e":1.5,"f":true,"g":9007199254740991,"h":"1"}',
)

function path(type: LogicalType, keys: readonly (string | number)[], answer: StoredValue): ScalarFact {
  return fact('JSON-1', 'jsonPath', [document], answer, { type, path: keys })
}

const textType: LogicalType = { name: 'text' }
const integerType: LogicalType = { name: 'integer' }
const doubleType: LogicalType = { name: 'double' }
const booleanType: LogicalType = { name: 'boolean' }
const jsonType: LogicalType = { name: 'json' }

/** JSON-1 and JSON-2, written out. */
export const jsonFacts: readonly ScalarFact[] = [
  fact('JSON-2', 'equal', [json('{"a":1}'), json('{"a":1}')], true),
  fact('JSON-2', 'notEqual', [json('{"a":1}'), json('{"a":2}')], true),
  fact('JSON-2', 'in', [json('[]'), list(jsonType, '{}', '[]')], true),
  fact('JSON-2', 'isDistinctFrom', [json('1'), json('true')], true),
  path(integerType, ['a', 'b', 0], 10),
  path(doubleType, ['a', 'b', 0], 10),
  path(textType, ['a', 'b', 0], null),
  path(textType, ['a', 'b', 1, 'c'], 'x'),
  path(jsonType, ['a', 'b'], '[10,{"c":"x"}]'),
  path(jsonType, ['a', 'b', 1], '{"c":"x"}'),
  path(jsonType, ['f'], 'true'),
  path(jsonType, ['h'], '"1"'),
  path(jsonType, ['a', 'd'], null),
  path(textType, ['a', 'd'], null),
  path(jsonType, ['a', 'b', 2], null),
  path(jsonType, ['a', 'b', '0'], null),
  path(jsonType, ['a', 0], null),
  path(textType, ['a.b'], 'dot'),
  path(integerType, [''], 0),
  path(integerType, ['e'], null),
  path(doubleType, ['e'], 1.5),
  path(booleanType, ['f'], true),
  path(integerType, ['f'], null),
  path(textType, ['f'], null),
  path(integerType, ['g'], 9_007_199_254_740_991),
  path(integerType, ['h'], null),
  path(textType, ['h'], '1'),
  path(textType, ['missing'], null),
  path(textType, ['h', 'deeper'], null),
  path(textType, ['$'], null),
  fact('JSON-1', 'jsonPath', [json('[1]')], '[1]', { type: jsonType, path: [] }),
  fact('JSON-1', 'jsonPath', [json('"x"')], 'x', { type: textType, path: [] }),
  fact('JSON-1', 'jsonPath', [json('"x"')], null, { type: doubleType, path: [] }),
  fact('JSON-1', 'jsonPath', [json('{"a":1e-300}')], null, { type: integerType, path: ['a'] }),
  fact('JSON-1', 'jsonPath', [json('{"a":1e-300}')], 1e-300, { type: doubleType, path: ['a'] }),
  fact('JSON-1', 'jsonPath', [json('{"a":-7}')], -7, { type: integerType, path: ['a'] }),
  fact('JSON-1', 'jsonPath', [json('{"a\\"b":"q"}')], 'q', { type: textType, path: ['a"b'] }),
  fact('JSON-1', 'jsonPath', [json('[["x"]]')], 'x', { type: textType, path: [0, 0] }),
  fact('JSON-1', 'jsonPath', [json('{"0":"member"}')], 'member', { type: textType, path: ['0'] }),
  fact('JSON-1', 'jsonPath', [json('{"0":"member"}')], null, { type: textType, path: [0] }),
  fact('JSON-1', 'jsonPath', [json('{"a":"\u00e9\u{1f600}"}')], '\u00e9\u{1f600}', {
    type: textType,
    path: ['a'],
  }),
]
