/** What the value of an option must be. */
export interface OptionRule<Value = unknown> {
  /** What is acceptable, to be put after "must be". */
  readonly expected: string
  readonly accepts: (value: unknown) => value is Value
  /** Brings a value into the form in which it is checked and kept. */
  readonly form?: (value: unknown) => unknown
  /** Values that others take, and why not here: to be put after the name of the option. */
  readonly refused?: Readonly<Record<string, string>>
}

/** The greatest delay that a timer takes, and the greatest value of many a setting. */
const int32 = 2 ** 31 - 1

const flag: OptionRule<boolean> = {
  expected: 'true or false',
  accepts: (value): value is boolean => typeof value === 'boolean',
}

function wholeNumber(least: number, most = int32): OptionRule<number> {
  return {
    expected: `a whole number from ${least} to ${most}`,
    accepts: (value): value is number => {
      return typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most
    },
  }
}

function oneOf<const Word extends string>(...words: readonly Word[]): OptionRule<Word> {
  return {
    expected: `one of ${words.join(', ')}`,
    accepts: (value): value is Word => words.some((word) => word === value),
  }
}

function anyCase<Word extends string>(rule: OptionRule<Word>): OptionRule<Word> {
  return { ...rule, form: (value) => (typeof value === 'string' ? value.toLowerCase() : value) }
}

function text(expected: string, accepts: (value: string) => boolean = () => true): OptionRule<string> {
  return {
    expected,
    accepts: (value): value is string => {
      return typeof value === 'string' && value !== '' && !value.includes('\0') && accepts(value)
    },
  }
}

/** The rules that most options of backends have. */
export const option = {
  /** True or false. */
  flag,
  /** A whole number in a range, whose end is that of 32 bits unless another is said. */
  wholeNumber,
  /** One of some words. */
  oneOf,
  /** The same in upper or lower case; kept in lower case. */
  anyCase,
  /** A text that is not empty and holds no NUL, and of which `accepts` is true. `expected` says what it is. */
  text,
  /** The path of a file or folder. */
  path: text('the path of a file or folder'),
} as const
