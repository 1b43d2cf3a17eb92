import fc from 'fast-check'
import { canonicalJson } from '../../schema/canonical-json.js'
import type { LogicalType, StoredRow, StoredValue, TypeName } from '../../schema/types.js'
import type { RelationColumns } from '../../relation/types.js'

const firstMillisecond = -62_135_596_800_000
const lastMillisecond = 253_402_300_799_999
const milliseconds = fc.oneof(
  fc.integer({ min: firstMillisecond, max: lastMillisecond }),
  fc.constantFrom(firstMillisecond, lastMillisecond, 0, -1),
)

const texts = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', 'B', ' ', '%', 'é', '\uE000', '😀'), maxLength: 5 }),
  fc.string({ unit: 'binary', maxLength: 3 }).filter((value) => !value.includes('\0')),
)

const leaves = fc.oneof(texts, fc.boolean(), fc.integer(), fc.constantFrom(0.5, -1e-7), fc.constant(null))
const { documents } = fc.letrec<{ documents: unknown }>((tie) => ({
  documents: fc.oneof(
    { depthSize: 'small' },
    leaves,
    fc.array(tie('documents'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('', 'a', 'key', '10', '9'), tie('documents'), { maxKeys: 3 }),
  ),
}))

const arbitraries: Readonly<Record<TypeName, (type: LogicalType) => fc.Arbitrary<StoredValue>>> = {
  boolean: () => fc.boolean(),
  integer: () => fc.oneof(fc.integer({ min: -3, max: 12 }), fc.maxSafeInteger()),
  bigint: () =>
    fc.oneof(fc.bigInt({ min: -3n, max: 12n }), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  double: () => fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  decimal: (type) => {
    const bound = 10n ** BigInt(type.name === 'decimal' ? type.precision : 1) - 1n
    return fc.oneof(
      fc.bigInt({ min: -200n < -bound ? -bound : -200n, max: bound < 200n ? bound : 200n }),
      fc.bigInt({ min: -bound, max: bound }),
    )
  },
  text: () => texts,
  bytes: () => fc.uint8Array({ maxLength: 3 }),
  date: () => milliseconds.map((instant) => new Date(instant).toISOString().slice(0, 10)),
  timestamp: (type) =>
    type.name === 'timestamp' && type.unit === 'us'
      ? fc
          .tuple(milliseconds, fc.bigInt({ min: 0n, max: 999n }))
          .map(([instant, rest]) => BigInt(instant) * 1000n + rest)
      : milliseconds,
  uuid: () => fc.uuid(),
  json: () => documents.filter((value) => value !== null).map((value) => canonicalJson(value)),
}

/** Stored values of a type, never null; many of them small or equal, so that comparisons have something to find. */
export function storedValue(type: LogicalType): fc.Arbitrary<StoredValue> {
  return arbitraries[type.name](type)
}

/** Stored rows. */
export function storedRows(columns: RelationColumns): fc.Arbitrary<StoredRow> {
  const values = Array.from(
    columns,
    ([name, { type, nullable }]) =>
      [name, nullable ? fc.option(storedValue(type), { nil: null, freq: 4 }) : storedValue(type)] as const,
  )
  return fc.record(Object.fromEntries(values), { noNullPrototype: true })
}
