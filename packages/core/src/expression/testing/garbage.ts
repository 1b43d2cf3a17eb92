import fc from 'fast-check'

const thrower = () => {
  throw new TypeError('a trap')
}

/** An object every trap of which throws. */
export function hostileProxy(): object {
  const handler = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((trap) => [trap, thrower]))
  return new Proxy({}, handler)
}

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable([], {})
  revoke()
  return proxy
}

function cycle(): object {
  const self: Record<string, unknown> = { kind: 'call', function: 'and' }
  self['arguments'] = [self, self]
  self['input'] = self
  return self
}

const throwingAccessors = Object.defineProperties(
  {},
  {
    nulls: { get: thrower, enumerable: true },
    orderBy: { get: thrower, enumerable: true },
    settings: { get: thrower, enumerable: true },
    kind: { get: thrower, enumerable: true },
    node: { get: thrower, enumerable: true },
  },
)

const hostile: readonly (() => unknown)[] = [
  () => undefined,
  () => null,
  () => Number.NaN,
  () => Number.POSITIVE_INFINITY,
  () => 2 ** 53,
  () => 2n ** 63n,
  () => '\ud800',
  () => 'a\0b',
  () => "'; drop table sample; --",
  () => Symbol('a symbol'),
  () => () => 1,
  () => class {},
  () => new Date(Number.NaN),
  () => Promise.resolve(1),
  () => throwingAccessors,
  () => [throwingAccessors],
  () => hostileProxy(),
  () => [hostileProxy()],
  () => new Proxy([], { get: thrower }),
  () => Object.create(hostileProxy()) as unknown,
  () => revokedProxy(),
  () => [revokedProxy()],
  () => cycle(),
  () => [cycle()],
]

/** Makes what nobody should pass, and everybody will. Not the value itself: the test library looks into values. */
export const garbage: fc.Arbitrary<() => unknown> = fc.oneof(
  fc
    .anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true })
    .map((value) => () => value),
  fc.constantFrom(...hostile),
)
