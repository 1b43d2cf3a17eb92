import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { bench, fixture, recordsOf, temporaryFolder } from './bench.ts'

const engines = ['--workloads', fixture('engines'), '--runs', '2', '--out', temporaryFolder()]

describe('on the engines themselves', () => {
  test('each answers as the reference does, arms on a server in schemas of their own', async () => {
    const records = await recordsOf([...engines, '--peers'])
    expect(records.map(({ engine }) => engine)).toEqual(['file', 'sqlite', 'duckdb', 'postgres'])
    for (const { engine, cells, reasons } of records)
      for (const [key, arms] of Object.entries(cells)) {
        expect(arms['holdfast'], `${key} on ${engine}: ${reasons[`${key}/holdfast`]}`).not.toBeNull()
        if (engine !== 'postgres') expect(arms['holdfast']!.diskSize).toBeGreaterThan(0)
      }
  })

  test('what leads to the server is in no record', async () => {
    const records = await recordsOf([...engines, '--engines', 'postgres', '--steps', 'get', '--peers'])
    const text = JSON.stringify(records)
    expect(text).toContain('cannot work on [hidden]')
    expect(text).not.toMatch(/postgres(ql)?:\/\//)
  })

  test('a server that DATABASE_URL names and that is not there ends the run, and is not replaced', async () => {
    const url = 'postgres://someone:very-secret@127.0.0.1:1/base'
    const out = temporaryFolder()
    const { code, stdout, stderr } = await bench([...engines, '--out', out], { DATABASE_URL: url })
    expect(code).toBe(1)
    expect(stderr).toContain('The server that DATABASE_URL names cannot be reached.')
    expect(stdout + stderr).not.toContain('very-secret')
    expect(readdirSync(out)).toEqual([])
  })
})
