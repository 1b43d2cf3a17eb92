import { library } from '../../tsup.base.ts'

export default library('src/index.ts', 'src/backend/index.ts', 'src/conformance/index.ts')
