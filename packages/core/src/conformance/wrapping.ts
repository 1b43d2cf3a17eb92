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
      return wrapEngine(engine, replace(engine))
    },
  }
}

/** Methods stay bound to the engine itself: it may have private fields. */
function wrapEngine(engine: Engine, replaced: Partial<Record<keyof Engine, unknown>>): Engine {
  return new Proxy(engine, {
    get(target, name) {
      if (Object.hasOwn(replaced, name)) return replaced[name as keyof Engine]
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
    has: (target, name) =>
      Object.hasOwn(replaced, name) ? replaced[name as keyof Engine] !== undefined : name in target,
  })
}
