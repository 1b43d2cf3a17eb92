/** The questions, each asked with the same code of every engine. */

import { avg, count, type Database, median, sum } from '@holdfast/core'
import { airports, flights, movies, weather } from './tables.ts'

export interface Question {
  readonly text: string
  ask(database: Database): Promise<readonly object[]>
}

export const questions: readonly Question[] = [
  {
    text: 'Which ten flights were late by the most minutes?',
    ask: (database) =>
      database
        .table(flights)
        .where((flight) => flight.delay.gt(60))
        .orderBy((flight) => flight.delay.desc())
        .limit(10)
        .select((flight) => ({
          at: flight.at,
          from: flight.origin,
          to: flight.destination,
          delay: flight.delay,
        }))
        .all(),
  },
  {
    text: 'Which origins with over 200 flights are late on average?',
    ask: (database) =>
      database
        .table(flights)
        .groupBy((flight) => ({ origin: flight.origin }))
        .having(() => count().gt(200))
        .select((flight) => ({ origin: flight.origin, flights: count(), mean: avg(flight.delay) }))
        .orderBy((group) => group.mean.desc())
        .all(),
  },
  {
    text: 'From which states do the longest journeys start?',
    ask: (database) =>
      database
        .table(flights)
        .join(database.table(airports), (flight, airport) => flight.origin.eq(airport.iata))
        .groupBy((_, airport) => ({ state: airport.state }))
        .select((flight, airport) => ({
          state: airport.state,
          miles: sum(flight.distance),
          mean: avg(flight.distance),
        }))
        .orderBy((group) => group.mean.desc())
        .limit(10)
        .all(),
  },
  {
    text: 'How did the seven-day mean of the highest temperature move in Seattle in July 2015?',
    ask: (database) =>
      database
        .table(weather)
        .where((day) => day.location.eq('Seattle').and(day.day.between('2015-06-24', '2015-07-31')))
        .select((day) => ({
          day: day.day,
          highest: day.highest,
          mean: avg(day.highest).over({ orderBy: [day.day.asc()], rows: [-6, 0] }),
        }))
        .orderBy((day) => day.day.asc())
        .all(),
  },
  {
    text: 'How much rain fell each month in New York and in Seattle?',
    ask: (database) =>
      database
        .table(weather)
        .groupBy((day) => ({ location: day.location, month: day.day.truncate('month') }))
        .select((day) => ({
          location: day.location,
          month: day.day.truncate('month'),
          rain: sum(day.precipitation),
        }))
        .all(),
  },
  {
    text: 'What do films of each genre cost, and how are they liked? (many values are missing)',
    ask: (database) =>
      database
        .table(movies)
        .groupBy((movie) => ({ genre: movie.genre }))
        .select((movie) => ({
          genre: movie.genre,
          films: count(),
          budget: median(movie.budget),
          rating: avg(movie.rating),
        }))
        .orderBy((group) => group.rating.desc())
        .all(),
  },
]
