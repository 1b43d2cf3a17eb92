import imported from 'sorted-btree'

type Tree = typeof imported.default

/** The package is CommonJS with a default export: what that is to an import differs between Node and bundlers. */
export const SortedTree: Tree = typeof imported === 'function' ? imported : imported.default
