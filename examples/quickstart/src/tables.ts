import { date, double, integer, table, text, timestamp } from '@holdfast/core'

export const airports = table('airports', {
  iata: text().primaryKey(),
  name: text(),
  city: text().nullable(),
  state: text().nullable(),
  country: text(),
  latitude: double(),
  longitude: double(),
})

export const flights = table(
  'flights',
  {
    id: integer().primaryKey(),
    at: timestamp(),
    delay: integer(),
    distance: integer(),
    origin: text(),
    destination: text(),
  },
  { indexes: [{ columns: ['origin'] }] },
)

export const weather = table(
  'weather',
  {
    location: text(),
    day: date(),
    precipitation: double(),
    highest: double(),
    lowest: double(),
    wind: double(),
    kind: text(),
  },
  { primaryKey: ['location', 'day'] },
)

export const movies = table('movies', {
  id: integer().primaryKey(),
  title: text().nullable(),
  genre: text().nullable(),
  director: text().nullable(),
  released: date(),
  budget: integer().nullable(),
  gross: integer().nullable(),
  rating: double().nullable(),
})
