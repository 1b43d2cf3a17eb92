import type { Backend, Engine } from '@holdfast/core/backend'
import { wrapBackend } from '@holdfast/core/conformance'
import { plain } from '../bases.ts'
import { broken } from '../defects.ts'
import { mutant } from '../mutant.ts'
import type { MutantFamily } from '../mutant.ts'

/** The same engine for everybody who opens a backend of it. */
function sharedBy(close: (engine: Engine) => Promise<void>): () => Backend {
  const backend = plain()
  let only: Promise<Engine> | undefined
  return () =>
    wrapBackend({ ...backend, open: (context) => (only ??= backend.open(context)) }, (engine) => ({
      close: () => close(engine),
    }))
}

export const lifeCycle: MutantFamily = {
  family: 'life cycle',
  mutants: [
    mutant(
      'gives every backend the same database',
      'life/catalog',
      sharedBy(async () => undefined),
    ),
    mutant('opens for one at a time', 'life/capabilities', () => {
      const backend = plain()
      return {
        ...backend,
        open: async (context) => {
          const engine = await backend.open(context)
          return wrapped(engine, () =>
            Promise.reject(new Error('cannot close: statements are not finalized')),
          )
        },
      }
    }),
    broken('cannot be closed with tables in it', 'life/capabilities', (engine) => ({
      close: async () => {
        if ((await engine.tables()).length > 0) throw new Error('in use')
        await engine.close()
      },
    })),
    mutant('opens nothing the second time', 'life/catalog', () => {
      const backend = plain()
      return { ...backend, open: () => Promise.reject(new Error('already open')) }
    }),
    mutant('fails to open with an error of its own', 'life/capabilities', () => ({
      ...plain(),
      open: () => Promise.reject(new Error('ENOENT')),
    })),
  ],
}

function wrapped(engine: Engine, close: () => Promise<void>): Engine {
  return new Proxy(engine, {
    get(target, name) {
      if (name === 'close') return close
      const value: unknown = Reflect.get(target, name)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}
