import { factProperties } from '../facts/index.js'
import { sessionsShareTheData, stormsLeaveNothingHalf } from '../faults/chaos.js'
import { earlyEndsLeaveNothing } from '../faults/early-ends.js'
import type { Property } from '../property.js'
import { csvIsReadStrictly, filesAreAsDeclared } from './files/declared.js'
import { typesAreInferred } from './files/inferred.js'
import { jsonIsReadStrictly } from './files/json.js'
import { garbageIsRefused } from './garbage/calls.js'
import { spoiltQueriesAreRefused } from './garbage/queries.js'
import { historiesAreInOrder } from './isolation/histories.js'
import { anomaliesArePrevented } from './isolation/scripts.js'
import { capabilitiesAreTrue } from './life/capabilities.js'
import { catalogHolds, definitionsComeBack } from './life/catalog.js'
import { copiesAreTheSame } from './life/copies.js'
import { lifeCycleHolds } from './life/cycle.js'
import { pagesUnderWrites } from './queries/moving-pages.js'
import { badQueriesAreRefused } from './queries/refusals.js'
import { streamsLeaveNothing } from './queries/streams.js'
import { batchesAreAtomic } from './writes/batches.js'
import { callersAreServedEach } from './writes/concurrent.js'
import { conflictsAreTold } from './writes/conflicts.js'
import { loadsAreOneWrite } from './writes/loads.js'
import { givenValuesHold } from './writes/given.js'
import { whereMeansTheSame } from './writes/where.js'
import { queriesSurviveJson } from './queries/json.js'
import { aggregatesAgree } from './queries/aggregates.js'
import { constantsAreTheirColumns } from './queries/constants.js'
import { countersTellTheTruth } from './queries/counters.js'
import { everyCutAgrees } from './queries/cuts.js'
import { sameInOtherWords } from './queries/equivalents.js'
import { agreesWithEvaluator } from './queries/evaluator.js'
import { functionsAgree } from './queries/functions.js'
import { noiseChangesNothing } from './queries/noise.js'
import { pagesAreTheWhole } from './queries/paging.js'
import { partitionsAddUp } from './queries/partitions.js'
import { pivotIsFound } from './queries/pivot.js'
import { pushdownChangesNothing } from './queries/pushdown.js'
import { scansYieldWhatIsAsked } from './queries/scans.js'
import { sortingOrders } from './queries/sorting.js'
import { spillingChangesNothing } from './queries/spilling.js'
import { plansChangeNothing } from './queries/variations.js'
import { transactionsAreApart } from './transactions/concurrency.js'
import { transactionsHold } from './transactions/laws.js'
import { queriesSeeOneState } from './transactions/one-state.js'
import { misuseFailsAtOnce } from './transactions/misuse.js'
import { boundariesComeBack } from './types/boundaries.js'
import { formsAreOne } from './types/forms.js'
import { keysStayApart } from './types/keys.js'
import { strangersAreRefused } from './types/refusals.js'
import { historiesMatchTheModel } from './writes/histories.js'

/** Every law of the contract, the simplest first: what fails first is the best to look at. */
export const properties: readonly Property[] = [
  capabilitiesAreTrue,
  catalogHolds,
  lifeCycleHolds,
  boundariesComeBack,
  formsAreOne,
  keysStayApart,
  strangersAreRefused,
  ...factProperties,
  badQueriesAreRefused,
  streamsLeaveNothing,
  earlyEndsLeaveNothing,
  conflictsAreTold,
  givenValuesHold,
  batchesAreAtomic,
  loadsAreOneWrite,
  transactionsHold,
  misuseFailsAtOnce,
  transactionsAreApart,
  queriesSeeOneState,
  anomaliesArePrevented,
  historiesAreInOrder,
  callersAreServedEach,
  sessionsShareTheData,
  stormsLeaveNothingHalf,
  filesAreAsDeclared,
  csvIsReadStrictly,
  jsonIsReadStrictly,
  typesAreInferred,
  definitionsComeBack,
  copiesAreTheSame,
  whereMeansTheSame,
  historiesMatchTheModel,
  scansYieldWhatIsAsked,
  functionsAgree,
  aggregatesAgree,
  pivotIsFound,
  agreesWithEvaluator,
  pushdownChangesNothing,
  spillingChangesNothing,
  everyCutAgrees,
  partitionsAddUp,
  sameInOtherWords,
  constantsAreTheirColumns,
  plansChangeNothing,
  noiseChangesNothing,
  sortingOrders,
  pagesAreTheWhole,
  pagesUnderWrites,
  countersTellTheTruth,
  queriesSurviveJson,
  garbageIsRefused,
  spoiltQueriesAreRefused,
]
