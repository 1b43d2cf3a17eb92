import js from '@eslint/js'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import tseslint from 'typescript-eslint'

const root = import.meta.dirname

/** Every workspace folder that has a manifest. */
const workspaces = ['packages', 'examples']
  .flatMap((parent) => readdirSync(join(root, parent)).map((name) => `${parent}/${name}`))
  .concat('conformance', 'benchmarks')
  .filter((folder) => existsSync(join(root, folder, 'package.json')))

/** Never by path, and never past the front door. */
const walls = [
  {
    regex: String.raw`^(\.\./)+[^./][^/]*/(src|dist|test)(/|$)`,
    message: "Import another package by its name, not from its folder's inside.",
  },
  {
    regex: '^@holdfast/[^/]+/(src|dist|test)(/|$)',
    message: 'Import only what the package exports.',
  },
]

/**
 * A workspace may import the workspace packages that its manifest declares.
 * @param {string} folder
 * @param {readonly string[]} fields the manifest's fields that count
 * @param {{ extra?: readonly { regex: string, message: string }[], self?: boolean }} options
 *   more walls; and whether it may import itself by name, as its tests do
 * @returns {import('eslint').Linter.RulesRecord}
 */
function imports(folder, fields, { extra = [], self = false } = {}) {
  /** @type {Record<string, string | object | undefined>} */
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
  const declared = fields
    .flatMap((field) => Object.keys(manifest[field] ?? {}))
    .concat(self ? String(manifest.name) : [])
    .filter((name) => name.startsWith('@holdfast/'))
    .map((name) => name.slice('@holdfast/'.length))
  return {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          ...walls,
          ...extra,
          {
            regex: declared.length ? `^@holdfast/(?!(${declared.join('|')})(/|$))` : '^@holdfast/',
            message: `${folder} does not declare this package in its ${fields.join(' or ')}.`,
          },
        ],
      },
    ],
  }
}

const sources = ['dependencies', 'peerDependencies', 'optionalDependencies']
const tests = ['**/*.test.ts', '**/*.test-d.ts', '**/test/**', '**/*.config.ts', '**/template/**']

/** Core is the contract: it knows no engine and no driver, and needs nothing at run time. */
const coreAlone = {
  regex: '^(?!node:|\\.{1,2}/|fast-check$)',
  message: 'Core imports nothing but itself and Node (and fast-check, in the conformance suite).',
}

export default tseslint.config(
  { ignores: ['**/dist/', '**/coverage/', '**/.results/', '**/.turbo/', '**/vitest.config.ts.timestamp-*'] },
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: root } },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      // An engine keeps the contract's async shape where it has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      'no-undef': 'off',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
    },
  },
  ...workspaces.flatMap((folder) => [
    {
      files: [`${folder}/**/*.ts`],
      ignores: tests,
      rules: imports(folder, sources, { extra: folder === 'packages/core' ? [coreAlone] : [] }),
    },
    {
      files: tests.map((pattern) => `${folder}/${pattern}`),
      rules: imports(folder, [...sources, 'devDependencies'], { self: true }),
    },
  ]),
  // The ground and the benchmarks are nobody's dependency: all that they use is a development dependency.
  ...['conformance', 'benchmarks'].map((folder) => ({
    files: [`${folder}/**/*.ts`],
    rules: imports(folder, [...sources, 'devDependencies'], { self: true }),
  })),
  // What a new package is made of: its tests are of node:test, whose promises nobody waits for.
  {
    files: ['packages/create-backend/template/**/*.ts'],
    rules: {
      '@typescript-eslint/no-floating-promises': [
        'error',
        { allowForKnownSafeCalls: [{ from: 'package', name: ['test', 'describe'], package: 'node:test' }] },
      ],
    },
  },
  { files: ['**/*.js', '**/*.mjs'], extends: [tseslint.configs.disableTypeChecked] },
)
