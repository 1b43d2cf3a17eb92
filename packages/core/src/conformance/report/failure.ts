import type { Failure, Property } from '../property.js'
import { replayLine } from '../settings.js'
import type { Settings } from '../settings.js'
import { Disagreement } from './disagreement.js'
import { describeError } from './expect.js'
import { indent } from './print.js'

/** What a person reads when an engine breaks a law: the rule, the smallest case, both answers, the replay line. */
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError'
  /** Settings with which `proveProperty` tries the same case again, on this engine or another. */
  readonly replay: Settings
  /** What the engine said in that case. */
  readonly received: string
  /** The name of the broken law. */
  readonly law: string
  /** Which of its cases broke it, counted from 1. */
  readonly cases: number

  constructor(subject: string, property: Property, settings: Settings, failure: Failure) {
    super(describeFailure(subject, property, settings, failure))
    this.replay = { ...settings, runs: 1, replay: { property: property.name, path: failure.path ?? '' } }
    this.received =
      failure.error instanceof Disagreement ? failure.error.received : describeError(failure.error)
    this.law = property.name
    this.cases = failure.cases
    // The place in the suite says nothing about the engine.
    this.stack = `${this.name}: ${this.message}`
  }
}

function describeFailure(subject: string, property: Property, settings: Settings, failure: Failure): string {
  const { error, script, path, shrinks } = failure
  const rules = rulesAtStake(error, property)
  const smallest = shrinks > 0 ? `smallest case (after ${shrinks} reductions)` : 'case'
  return [
    `${subject} breaks ${property.name}${rules.length > 0 ? ` [${rules.join(', ')}]` : ''}`,
    ...(error instanceof Disagreement ? describeDisagreement(error) : describeUnexpected(error)),
    ...(script === '' ? [] : ['', `${smallest}:`, indent(script, 2)]),
    '',
    `replay: ${replayLine(settings, property.name, path)}`,
  ].join('\n')
}

/** More than a few rules say nothing. */
function rulesAtStake(error: unknown, property: Property): readonly string[] {
  if (error instanceof Disagreement && error.rules.length > 0) return error.rules
  return property.rules.length <= 6 ? property.rules : []
}

function describeDisagreement(error: Disagreement): string[] {
  const cause = error.cause instanceof Error ? ['', 'cause:', indent(stackOf(error.cause), 2)] : []
  return [
    error.message,
    '',
    'expected:',
    indent(error.expected, 2),
    'received:',
    indent(error.received, 2),
    ...cause,
  ]
}

function describeUnexpected(error: unknown): string[] {
  const cause = error instanceof Error ? [indent(stackOf(error), 2)] : []
  return ['an error that the law does not allow', '', 'received:', indent(describeError(error), 2), ...cause]
}

/** The error with the innermost of the calls that led to it, and what caused it. */
function stackOf(error: Error): string {
  const [message, ...calls] = (error.stack ?? String(error)).split(/\n(?= +at )/)
  const below = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : ''
  return `${[message, ...calls.slice(0, 8)].join('\n')}${below}`
}
