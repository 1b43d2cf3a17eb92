import type { Backend, Engine } from '../backend/types.js'

/** The same backend, with engines in which some methods are others. `undefined` takes an optional method away. */
export function wrapBackend(
  backend: Backend,
  replace: (engine: Engine) => Partial<Record<keyof Engine, unknown>>,
): Backend {
  return {
    name: backend.name,
    capabilities: backend.capabilities,
    open: async (context) => {
      const engine = await backend.open(context)
      return wrapped(engine, replace(engine))
    },
  }
}

/** The same object with some methods replaced. Methods stay bound to the object itself: it may have private fields. */
export function wrapped<Target extends object>(
  target: Target,
  replaced: Partial<Record<keyof Target, unknown>>,
): Target {
  return new Proxy(target, {
    get(_, name) {
      if (Object.hasOwn(replaced, name)) return replaced[name as keyof Target]
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
    has: (_, name) =>
      Object.hasOwn(replaced, name) ? replaced[name as keyof Target] !== undefined : name in target,
  })
}
