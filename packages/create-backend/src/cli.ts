#!/usr/bin/env node
import process from 'node:process'
import { run } from './run.js'

const { code, output } = run(process.argv.slice(2), process.cwd(), process.env['npm_config_user_agent'])
if (code === 0) console.log(output)
else console.error(output)
process.exitCode = code
