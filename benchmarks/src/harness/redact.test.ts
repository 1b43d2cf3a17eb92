import fc from 'fast-check'
import { expect, test } from 'vitest'
import { machineFacts, machineId } from './machine.ts'
import { redact } from './redact.ts'
import { hostname } from 'node:os'

test('no text leads to the server', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9!$&'()*+,;=_.~%@:/?#-]{8,30}$/)
  fc.assert(
    fc.property(word, fc.string(), fc.string(), (password, before, after) => {
      fc.pre(!before.includes(password) && !after.includes(password))
      const address = `postgres://someone:${encodeURIComponent(password)}@server.example:5432/base`
      for (const secret of [address, password, encodeURIComponent(password)]) {
        const text = redact(`${before} ${secret} ${after}`, address)
        expect(text).not.toContain(encodeURIComponent(password))
        expect(text).not.toContain(` ${password} `)
      }
    }),
  )
})

test('credentials in another address are hidden, too, and other text stays', () => {
  expect(redact('https://me:word@host.example/a?b', undefined)).toBe('https://[hidden]@host.example/a?b')
  expect(redact("select * from orders where mail = 'a@b.example'", undefined)).toBe(
    "select * from orders where mail = 'a@b.example'",
  )
  // A password that is a word of its own is nothing that can be told from other words.
  expect(
    redact('the schema holdfast of postgres', 'postgres://postgres:postgres@localhost/postgres'),
  ).not.toContain('localhost')
})

test('a machine is told by its parts', () => {
  expect(machineId('Intel(R) Xeon(R) CPU @ 2.20GHz', 2, 16)).toBe('2x-intel-xeon-2.20ghz-16gib')
  expect(machineId('AMD EPYC 7B13', 8, 32)).toBe('8x-amd-epyc-7b13-32gib')
  expect(machineId(' ', 1, 1)).toBe('1x-unknown-1gib')
  expect(JSON.stringify(machineFacts())).not.toContain(hostname())
})
