import imported from 'sorted-btree'

/** The package is CommonJS with a default export: what that is to an import differs between Node and bundlers. */
export const SortedTree = (
  typeof imported === 'function' ? imported : imported.default
) as typeof imported.default
