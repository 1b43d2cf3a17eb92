/** What no caller should pass, each made anew. Throwing ones throw this. */
export class Mine extends Error {
  override readonly name = 'Mine'
}

export interface Garbage {
  readonly name: string
  readonly make: () => unknown
}

/** Anything that throws at every touch. */
function hostileProxy(target: object): object {
  const refuse = (): never => {
    throw new Mine('a trap')
  }
  const traps: ProxyHandler<object> = {}
  for (const trap of Object.getOwnPropertyNames(Reflect)) {
    if (typeof Reflect[trap as keyof typeof Reflect] === 'function') Object.assign(traps, { [trap]: refuse })
  }
  return new Proxy(target, traps)
}

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

function throwingGetters(): object {
  const object = {}
  for (const name of [
    'id',
    'label',
    'amount',
    'length',
    'then',
    'name',
    'definition',
    'toJSON',
    'signal',
    'kind',
    'node',
  ]) {
    Object.defineProperty(object, name, {
      enumerable: true,
      get: () => {
        throw new Mine('a getter')
      },
    })
  }
  return object
}

function cycle(): object {
  const object: Record<string, unknown> = { id: 1 }
  object['self'] = object
  object['list'] = [object]
  return object
}

function deep(levels: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < levels; level += 1) value = [value]
  return value
}

function detached(): Uint8Array {
  const bytes = new Uint8Array(8)
  structuredClone(bytes.buffer, { transfer: [bytes.buffer] })
  return bytes
}

const plain = (...values: readonly unknown[]): Garbage[] =>
  values.map((value) => ({ name: describe(value), make: () => value }))

function describe(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length > 40 ? `${text.slice(0, 40)}… (${text.length} long)` : text
}

/** Every kind of garbage that the suite knows. */
export const garbage: readonly Garbage[] = [
  ...plain(undefined, null, true, false, 0, -0, 1, -1, 1.5, NaN, Infinity, 2 ** 53, Number.MAX_VALUE),
  ...plain(
    0n,
    10n ** 30n,
    '',
    '0',
    'id',
    '\ud800',
    'a\u0000b',
    '__proto__',
    'constructor',
    'x'.repeat(100_000),
  ),
  ...plain(
    "'; DROP TABLE items; --",
    '"; DELETE FROM items; --',
    'items" WHERE 1=1 --',
    '$1',
    '%',
    '../../etc/passwd',
  ),
  { name: 'a symbol', make: () => Symbol('s') },
  { name: 'Symbol.iterator', make: () => Symbol.iterator },
  { name: 'a function', make: () => () => 1 },
  {
    name: 'a function that throws',
    make: () => () => {
      throw new Mine('a function')
    },
  },
  { name: 'an empty object', make: () => ({}) },
  {
    name: 'an object without prototype',
    make: () => Object.assign(Object.create(null) as object, { id: 7, label: 'x' }),
  },
  {
    name: 'an object with an own __proto__',
    make: () => JSON.parse('{"__proto__":{"id":1},"id":1}') as unknown,
  },
  {
    name: 'an instance of a class',
    make: () =>
      new (class Row {
        id = 1
        label = 'x'
      })(),
  },
  { name: 'an empty array', make: () => [] },
  { name: 'an array of holes', make: () => new Array<unknown>(3) },
  { name: 'an array in an array', make: () => [[]] },
  { name: 'an array of null', make: () => [null] },
  { name: 'an array that is deep', make: () => deep(5000) },
  { name: 'an array-like without end', make: () => ({ length: 2 ** 31 }) },
  { name: 'a cycle', make: cycle },
  { name: 'a proxy of an object whose traps throw', make: () => hostileProxy({}) },
  { name: 'a proxy of an array whose traps throw', make: () => hostileProxy([]) },
  { name: 'a proxy of a function whose traps throw', make: () => hostileProxy(() => 1) },
  { name: 'a revoked proxy', make: revokedProxy },
  { name: 'an object whose getters throw', make: throwingGetters },
  {
    name: 'an object whose conversions throw',
    make: () => ({
      toString: () => {
        throw new Mine('toString')
      },
      valueOf: () => {
        throw new Mine('valueOf')
      },
      [Symbol.toPrimitive]: () => {
        throw new Mine('toPrimitive')
      },
    }),
  },
  {
    name: 'an iterator that throws',
    make: () => ({
      [Symbol.iterator]: () => {
        throw new Mine('iterator')
      },
    }),
  },
  { name: 'an iterator that is none', make: () => ({ [Symbol.iterator]: () => 1 }) },
  {
    name: 'an async iterator that throws',
    make: () => ({
      [Symbol.asyncIterator]: () => {
        throw new Mine('async iterator')
      },
    }),
  },
  { name: 'a map', make: () => new Map([['id', 1]]) },
  { name: 'a set of garbage', make: () => new Set([1, null, 'x']) },
  { name: 'a date', make: () => new Date(0) },
  { name: 'an invalid date', make: () => new Date(NaN) },
  { name: 'a regular expression', make: () => /x/ },
  { name: 'a promise', make: () => Promise.resolve([{ id: 1 }]) },
  { name: 'bytes', make: () => Uint8Array.of(1, 2) },
  { name: 'detached bytes', make: detached },
  { name: 'a buffer', make: () => new ArrayBuffer(4) },
  { name: 'an error', make: () => new Error('garbage') },
  { name: 'an abort signal', make: () => new AbortController().signal },
  { name: 'a frozen row', make: () => Object.freeze({ id: 7, label: 'x' }) },
  { name: 'globalThis', make: () => globalThis },
]
