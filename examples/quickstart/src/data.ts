/** Reads the published files of the `vega-datasets` package into rows of the tables in `tables.ts`. */

import { readFile } from 'node:fs/promises'
import type { InsertOf } from '@holdfast/core'
import { csvParse } from 'd3-dsv'
import type { airports, flights, movies, weather } from './tables.ts'

const folder = new URL('../data/', import.meta.resolve('vega-datasets'))

export interface Data {
  readonly airports: InsertOf<typeof airports>[]
  readonly flights: InsertOf<typeof flights>[]
  readonly weather: InsertOf<typeof weather>[]
  readonly movies: InsertOf<typeof movies>[]
}

export async function readData(): Promise<Data> {
  return {
    airports: (await csv('airports.csv')).map((row) => ({
      iata: field(row, 'iata'),
      name: field(row, 'name'),
      city: field(row, 'city') || null,
      state: field(row, 'state') || null,
      country: field(row, 'country'),
      latitude: Number(field(row, 'latitude')),
      longitude: Number(field(row, 'longitude')),
    })),
    flights: (await json<Flight>('flights-20k.json')).map((flight, id) => ({
      id,
      at: new Date(`${flight.date.replaceAll('/', '-').replace(' ', 'T')}:00Z`),
      delay: flight.delay,
      distance: flight.distance,
      origin: flight.origin,
      destination: flight.destination,
    })),
    weather: (await csv('weather.csv')).map((row) => ({
      location: field(row, 'location'),
      day: field(row, 'date').slice(0, 10),
      precipitation: Number(field(row, 'precipitation')),
      highest: Number(field(row, 'temp_max')),
      lowest: Number(field(row, 'temp_min')),
      wind: Number(field(row, 'wind')),
      kind: field(row, 'weather'),
    })),
    movies: (await json<Movie>('movies.json')).map((movie, id) => ({
      id,
      title: movie.Title === null ? null : String(movie.Title),
      genre: movie['Major Genre'],
      director: movie.Director,
      released: new Date(`${movie['Release Date']} UTC`).toISOString().slice(0, 10),
      budget: movie['Production Budget'],
      gross: movie['Worldwide Gross'],
      rating: movie['IMDB Rating'],
    })),
  }
}

interface Flight {
  readonly date: string
  readonly delay: number
  readonly distance: number
  readonly origin: string
  readonly destination: string
}

interface Movie {
  /** Some titles, such as 1941, were published as numbers. */
  readonly Title: string | number | null
  readonly 'Major Genre': string | null
  readonly Director: string | null
  readonly 'Release Date': string
  readonly 'Production Budget': number | null
  readonly 'Worldwide Gross': number | null
  readonly 'IMDB Rating': number | null
}

async function csv(name: string): Promise<Record<string, string>[]> {
  return csvParse(await readFile(new URL(name, folder), 'utf8'))
}

async function json<Row>(name: string): Promise<Row[]> {
  return JSON.parse(await readFile(new URL(name, folder), 'utf8')) as Row[]
}

function field(row: Record<string, string>, name: string): string {
  const value = row[name]
  if (value === undefined) throw new Error(`the data set has no column ${name}`)
  return value
}
