import { expect, test } from 'vitest'
import { account } from '../../data/accounts.ts'
import { engineNamed } from '../../databases/engines.ts'
import { evaluatorArm } from './arms/evaluator.ts'
import { holdfastArm } from './arms/holdfast.ts'
import { plainAnswers, plainContent } from './check.ts'
import { runClients } from './clients.ts'
import { mixes, planOf } from './operations.ts'
import type { Mix, Plan } from './operations.ts'
import type { YcsbSession } from './session.ts'

const rows = 200

type Change = (session: YcsbSession) => Partial<YcsbSession>

const setting = { folder: '', rows, seed: 7, loaded: true }
const onMemory = holdfastArm(engineNamed('memory'))

async function judged(mix: Mix, clients: number, change: Change = () => ({})): Promise<string> {
  const opened = await onMemory.open(setting)
  const { session } = opened
  try {
    return await judgedRun(planOf(mix, clients, { rows, seed: 7, run: 1 }), {
      ...session,
      ...change(session),
    })
  } finally {
    await opened.close()
  }
}

/** What the harness would compare: the answers, and the table that is left. */
async function judgedRun(plan: Plan, session: YcsbSession): Promise<string> {
  const answers = await runClients(session, plan, () => undefined)
  return JSON.stringify([plainAnswers(answers), await plainContent(plan, session.everything())])
}

const mixOf = (letter: Mix['letter']) => mixes.find((mix) => mix.letter === letter)!

/** Lets others come first, in an order that is another one each time. */
const later = () => new Promise<void>((resolve) => setTimeout(resolve, Math.random() * 3))

/** The same work in another order of the clients. */
const shuffled: Change = (session) => ({
  read: async (key) => (await later(), session.read(key)),
  update: async (...given) => (await later(), session.update(...given)),
  insert: async (account) => (await later(), session.insert(account)),
  readModifyWrite: async (...given) => (await later(), session.readModifyWrite(...given)),
})

test.each(mixes)('$letter: one client and many are right in every order', async (mix) => {
  expect(await judged(mix, 1)).toBe(await judged(mix, 1, shuffled))
  const many = await judged(mix, 8)
  expect(many).not.toContain('"wrong"')
  expect(await judged(mix, 8, shuffled)).toBe(many)
})

test.each(mixes)(
  '$letter: the evaluator, which holds what is asked for, answers as one that holds all',
  async (mix) => {
    for (const clients of [1, 8]) {
      const opened = [await evaluatorArm.open(setting), await onMemory.open(setting)]
      try {
        for (const run of [0, 1, 2]) {
          const plan = planOf(mix, clients, { rows, seed: 7, run })
          const [evaluated, usual] = await Promise.all(
            opened.map(async ({ session }) => {
              const found = await judgedRun(plan, session)
              const changed = Array.from(plan.changed.values(), (number) => account(number, 7))
              await session.restore(changed, [...plan.added.keys()])
              return found
            }),
          )
          expect(evaluated).not.toContain('"wrong"')
          expect(evaluated).toBe(usual)
        }
      } finally {
        for (const one of opened) await one.close()
      }
    }
  },
)

/** Every how many calls something goes wrong. */
const rarely = 10

function sometimes<Given extends unknown[], Result>(
  usual: (...given: Given) => Result,
  wrong: (...given: Given) => Result,
): (...given: Given) => Result {
  let calls = 0
  return (...given) => (++calls % rarely === 0 ? wrong(...given) : usual(...given))
}

const defects: readonly (readonly [string, Mix['letter'], Change])[] = [
  ['an update gets lost', 'a', ({ update }) => ({ update: sometimes(update, () => undefined) })],
  [
    'an update goes to another field',
    'a',
    ({ update }) => ({
      update: sometimes(update, (key, field, value) =>
        update(key, field === 'field0' ? 'field1' : 'field0', value),
      ),
    }),
  ],
  ['a row is not found', 'c', ({ read }) => ({ read: sometimes(read, () => undefined) })],
  [
    'another row is read',
    'c',
    ({ read, scan }) => ({
      read: sometimes(read, async (key) => (await scan(`${key}0`, 1))[0]),
    }),
  ],
  ['an insert gets lost', 'd', ({ insert }) => ({ insert: sometimes(insert, () => undefined) })],
  [
    'a scan leaves out a row',
    'e',
    ({ scan }) => ({
      scan: sometimes(scan, async (start, count) => (await scan(start, count + 1)).toSpliced(count >> 1, 1)),
    }),
  ],
  [
    'a scan gives a row too few',
    'e',
    ({ scan }) => ({
      scan: sometimes(scan, async (start, count) => (await scan(start, count)).slice(0, -1)),
    }),
  ],
  [
    'read-modify-write is no transaction',
    'f',
    ({ read, update }) => ({
      async readModifyWrite(key, field, change) {
        const found = await read(key)
        await later()
        await update(key, field, change(found![field]))
      },
    }),
  ],
]

test.each(defects)('%s: the answer differs (%s)', async (_defect, letter, change) => {
  const mix = mixOf(letter)
  expect(await judged(mix, 8, change)).not.toBe(await judged(mix, 8))
})

test('a client that does not read what it wrote is wrong', async () => {
  const stale: Change = ({ read }) => {
    const first = new Map<string, ReturnType<YcsbSession['read']>>()
    return {
      read(key) {
        const kept = first.get(key) ?? read(key)
        first.set(key, kept)
        return kept
      },
    }
  }
  expect(await judged(mixOf('a'), 8, stale)).toContain('"wrong"')
})
