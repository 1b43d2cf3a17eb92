/** Writes the sales to a file: what that takes in memory is not to be seen in the process that is measured. */

import { writeSales } from './sales-csv.ts'

const [path, rows, seed] = process.argv.slice(2)
await writeSales(path!, Number(rows), Number(seed))
