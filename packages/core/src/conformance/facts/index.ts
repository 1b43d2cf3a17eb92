import type { Property } from '../property.js'
import { jsonFacts } from './json-facts.js'
import { nullFacts } from './null-facts.js'
import { numberFacts } from './number-facts.js'
import { relationFactsProperty } from './relation-property.js'
import { scalarFactsProperty } from './scalar-property.js'
import { textFacts } from './text-facts.js'
import { timeFacts } from './time-facts.js'
import { zonesChangeNothing } from './zones-property.js'

/** The meaning of docs/semantics.md in single facts with their answers written out. */
export const factProperties: readonly Property[] = [
  scalarFactsProperty('facts/nulls', nullFacts),
  scalarFactsProperty('facts/numbers', numberFacts),
  scalarFactsProperty('facts/text', textFacts),
  scalarFactsProperty('facts/time', timeFacts),
  zonesChangeNothing,
  scalarFactsProperty('facts/json', jsonFacts),
  relationFactsProperty,
]
