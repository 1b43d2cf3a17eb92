import fc from 'fast-check'

/** Holds a value that fast-check must not look into, because looking throws. */
export class Garbage {
  readonly #value: unknown
  readonly #label: string

  constructor(label: string, value: unknown) {
    this.#label = label
    this.#value = value
  }

  get value(): unknown {
    return this.#value
  }

  [fc.toStringMethod](): string {
    return this.#label
  }
}

/** Anything: random values of every kind, and hostile ones. */
export function garbage(): fc.Arbitrary<Garbage> {
  const hostile = hostileValues()
  const anything = fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSparseArray: true,
    withTypedArray: true,
  })
  return fc.oneof(
    fc.nat(hostile.length - 1).map((index) => new Garbage(`hostileValues()[${index}]`, hostile[index])),
    anything.map((value) => new Garbage(fc.stringify(value), value)),
  )
}

/** Values that try to break what reads them. */
export function hostileValues(): unknown[] {
  return [
    ...[undefined, null, true, 0, -0, NaN, Infinity, 1.5, 2 ** 53, 1e300, 0n, 2n ** 63n, 10n ** 5000n],
    ...[
      '',
      'x',
      '\0',
      '\ud800',
      '\udc00x',
      'a'.repeat(100_000),
      "'; drop table t; --",
      '__proto__',
      '2024-02-30',
    ],
    ...['1e3', '+1', '.5', '1.', ' 1', '1_0', '١', '0x10', '-', '-.', '00000000-0000-0000-0000-00000000000g'],
    Symbol('s'),
    () => 1,
    class {},
    [],
    {},
    [1],
    { a: 1 },
    new Date(NaN),
    new Date(8.64e15),
    new Date(0),
    Object.create(Date.prototype),
    Object.create(Uint8Array.prototype),
    new Uint16Array(2),
    new ArrayBuffer(2),
    new DataView(new ArrayBuffer(2)),
    new Map([[1, 2]]),
    Promise.resolve(1),
    /x/,
    new String('boxed'),
    Object(1n),
    new (class Row {
      id = 1
    })(),
    Object.create({ id: 1 }),
    Object.create(null),
    { [Symbol('key')]: 1 },
    JSON.parse('{"__proto__": {"id": 1}, "constructor": 1}'),
    // eslint-disable-next-line no-sparse-arrays -- a hole is the point
    [1, , 2],
    Object.assign([1, 2], { extra: 1 }),
    new Array(2 ** 32 - 1),
    { a: undefined, b: [undefined] },
    { toJSON: () => 1 },
    {
      get id(): number {
        throw new Error('no')
      },
    },
    {
      get id(): unknown {
        throw proxyOf(() => {
          throw new Error('deep')
        })
      },
    },
    {
      get a(): number {
        return 1
      },
    },
    cycle(),
    arrayCycle(),
    nested(65),
    nested(10_000),
    revoked({}),
    revoked([]),
    proxyOf(() => {
      throw new Error('trap')
    }),
    proxyOf(() => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- hostile code does
      throw undefined
    }),
    proxyOf(() => {
      throw revoked({})
    }),
    new Proxy(
      {},
      {
        ownKeys: () => ['id', 'a', 'x'.repeat(10_000)],
        getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }),
      },
    ),
    new Proxy(new Date(0), {}),
    new Proxy(new Uint8Array(3), {}),
    new Proxy([1, 2], { get: (_, key) => (key === 'length' ? Infinity : 1) }),
    new Proxy(() => 1, {}),
    endless(),
  ]
}

function proxyOf(trap: () => never): unknown {
  const handler = new Proxy({}, { get: () => trap })
  return new Proxy({}, handler)
}

function revoked(target: object): unknown {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}

function cycle(): unknown {
  const value: Record<string, unknown> = { id: 1 }
  value.a = value
  return value
}

function arrayCycle(): unknown {
  const value: unknown[] = []
  value.push(value, value)
  return value
}

function nested(depth: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { a: value }
  return value
}

/** An object that has a member, which has a member, and so on. */
function endless(): unknown {
  return new Proxy(
    {},
    {
      get: () => endless(),
      ownKeys: () => ['a'],
      getOwnPropertyDescriptor: () => ({ value: endless(), enumerable: true, configurable: true }),
    },
  )
}
