/** How hard the suite looks and what it replays: four environment variables, nothing else. */
export interface Settings {
  /** `HOLDFAST_RUNS`: how many random cases a property of weight 1 gets. */
  readonly runs: number
  /** `HOLDFAST_SEED`: decides every random choice. */
  readonly seed: number
  /**
   * `HOLDFAST_QUERIES`: how many queries are asked of each set of random tables. More of them make a long run faster, as
   * most engines take more time to make a table than to answer a query.
   */
  readonly queries?: number
  /** `HOLDFAST_PATH`: the one property to run, and the failing case within it. */
  readonly replay?: Replay
  /** Whether a law ends at the first case that breaks it, told as it is: no other and no smaller one is looked for. */
  readonly firstOnly?: boolean
}

export interface Replay {
  readonly property: string
  /** fast-check's path to the smallest case; empty: the whole property. */
  readonly path: string
}

/** The quick budget: the whole suite within two minutes an engine, of most in much less. */
export const defaultRuns = 100

/** Queries of each set of random tables. */
export const defaultQueries = 16

/** Reads the four variables; throws a `RangeError` that names the one that is malformed. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const runs = whole(environment, 'HOLDFAST_RUNS', 1) ?? defaultRuns
  const seed = whole(environment, 'HOLDFAST_SEED', 0) ?? Math.trunc(Math.random() * 0x7fffffff)
  const queries = whole(environment, 'HOLDFAST_QUERIES', 1)
  const replay = readReplay(environment['HOLDFAST_PATH'])
  return {
    runs,
    seed,
    ...(queries === undefined ? {} : { queries }),
    ...(replay === undefined ? {} : { replay }),
  }
}

/** What to put in front of the test command to see the same failure again. */
export function replayLine({ seed, queries }: Settings, property: string, path: string | null): string {
  const place = path === null || path === '' ? property : `${property}:${path}`
  const wider = queries === undefined || queries === defaultQueries ? '' : `HOLDFAST_QUERIES=${queries} `
  return `HOLDFAST_SEED=${seed} ${wider}HOLDFAST_PATH='${place}' <your test command>`
}

/** A seed of its own for every property, so that adding one does not change the cases of the others. */
export function seedOf(seed: number, property: string): number {
  let hash = seed | 0
  for (const character of property) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0
  return hash
}

function whole(
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
  minimum: number,
): number | undefined {
  const text = environment[name]
  if (text === undefined || text === '') return undefined
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < minimum) {
    throw new RangeError(`${name} must be a whole number, at least ${minimum}; it is '${text}'.`)
  }
  return value
}

function readReplay(text: string | undefined): Replay | undefined {
  if (text === undefined || text === '') return undefined
  const [property = '', ...path] = text.split(':')
  return { property, path: path.join(':') }
}
