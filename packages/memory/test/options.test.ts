import { isHoldfastError } from '@holdfast/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { memory } from '../src/index.js'

describe('the options of memory()', () => {
  test('are refused with a code and a place when they are unknown or out of range', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.record({ busyTimeout: fc.anything() })), (options) => {
        try {
          const backend = memory(options as object)
          expect(backend.name).toBe('memory')
        } catch (error) {
          expect(isHoldfastError(error) && error.code).toBe('INVALID_ARGUMENT')
          expect(isHoldfastError(error) && error.path).toMatch(/./)
        }
      }),
    )
  })

  test('name the option that was meant', () => {
    expect(() => memory({ busyTimout: 1 } as object)).toThrow(/"busyTimeout"/)
  })

  test.each([-1, 1.5, Number.NaN, 2 ** 31, '5', null])('take no %s for a time', (busyTimeout) => {
    expect(() => memory({ busyTimeout } as object)).toThrow(expect.objectContaining({ path: 'busyTimeout' }))
  })
})
