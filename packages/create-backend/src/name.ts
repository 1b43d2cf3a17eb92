/** What a package's name says: where it is made and what its parts are called. */
export interface Names {
  /** `@kelp/holdfast-my-engine` */
  readonly package: string
  /** `holdfast-my-engine` */
  readonly folder: string
  /** `my-engine`: what the backend calls itself. */
  readonly engine: string
  /** `myEngine`: the function that makes the backend. */
  readonly function: string
  /** `MyEngine`: what its classes begin with. */
  readonly class: string
}

/** The names that follow from a package's, or what is wrong with it, in words. */
export function namesOf(name: string): Names | string {
  if (name === '') return 'A name is missing.'
  if (name.length > 214) return `A package's name has at most 214 characters, this one has ${name.length}.`
  if (/[A-Z]/.test(name)) return `A package's name is in lower case: ${name.toLowerCase()}`
  if (!/^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/.test(name))
    return "A package's name is of the characters a-z 0-9 - . _ ~, does not begin with . or _, and may have a scope in front: @scope/name"
  const folder = name.slice(name.indexOf('/') + 1)
  const engine = folder.replace(/^holdfast-/, '').replace(/(?<=.)-(?:backend|holdfast)$/, '')
  const words = engine.split(/[^a-z0-9]+/).filter((word) => word !== '')
  const [first = '', ...others] = words
  if (!/^[a-z]/.test(first))
    return `A function is named after the engine, so "${engine}" must begin with a letter.`
  if (folder === 'node_modules') return 'No package is named node_modules.'
  const base = first + others.map(capitalized).join('')
  return {
    package: name,
    folder,
    engine,
    function: taken.has(base) ? `${base}Backend` : base,
    class: capitalized(base),
  }
}

function capitalized(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1)
}

/** Words of the language, and names that the files use already. */
const taken: ReadonlySet<string> = new Set(
  `arguments await break case catch class const continue debugger default delete do else enum eval export extends
  false finally for function if implements import in instanceof interface let new null package private protected
  public return static super switch this throw true try typeof undefined var void while with yield async of
  test describe conform freshStore freshBackend assert entry scanned open table integer text double count size reads readings rows entries
  store database handle verbs milliseconds process console key value row`.split(/\s+/),
)
