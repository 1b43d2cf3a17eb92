import type { Arm, EngineName, Setting } from '../../../contract/arm.ts'
import { account, type Account } from '../../../data/accounts.ts'
import { partsOf } from '../../../data/parts.ts'
import type { MaybePromise, YcsbSession } from '../session.ts'

/** What a store of values under keys does with accounts; the rest is done the same way with all of them, or not at all. */
export interface KeyValueStore {
  readonly session: Pick<YcsbSession, 'read' | 'update' | 'insert'>
  setMany(accounts: readonly Account[]): Promise<unknown>
  removeMany(keys: readonly string[]): Promise<unknown>
  everything(): AsyncIterable<Account>
  settle?(): MaybePromise<void>
  close(): MaybePromise<unknown>
}

interface KeyValueArm {
  readonly name: string
  readonly engine: EngineName
  readonly packages: readonly string[]
  readonly settings: string
  /** Imports the library and opens an empty store. */
  readonly open: (setting: Setting) => Promise<KeyValueStore>
}

const rowsAtOnce = 1000

export function keyValueArm({ open, ...arm }: KeyValueArm): Arm<YcsbSession> {
  return {
    ...arm,
    kind: 'peer',
    lacks,
    async open(setting) {
      const store = await open(setting)
      const settle = async () => void (await store.settle?.())
      if (setting.loaded) for (const part of partsOf(loaded(setting), rowsAtOnce)) await store.setMany(part)
      await settle()
      return {
        session: {
          ...store.session,
          scan: () => lacking('scan'),
          readModifyWrite: () => lacking('readModifyWrite'),
          everything: () => store.everything(),
          async restore(changed, added) {
            await store.setMany(changed)
            await store.removeMany(added)
            await settle()
          },
        },
        settle,
        close: async () => void (await store.close()),
      }
    },
  }
}

function* loaded({ rows, seed }: Setting): Generator<Account, void, void> {
  for (let number = 0; number < rows; number++) yield account(number, seed)
}

const unordered = 'Its keys have no order.'
const unsafe =
  'It changes a field by reading and writing the whole value, between which the changes of other clients get lost.'
const noTransactions = 'It has no transactions.'

const lacks: Readonly<Record<string, string>> = {
  ...{ 'a-8': unsafe, 'a-32': unsafe, 'b-8': unsafe, 'b-32': unsafe },
  ...{ 'e-1': unordered, 'e-8': unordered, 'e-32': unordered },
  ...{ 'f-1': noTransactions, 'f-8': noTransactions, 'f-32': noTransactions },
}

function lacking(what: string): never {
  throw new Error(`A store of keys and values has no ${what}.`)
}
