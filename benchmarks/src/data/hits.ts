import { boolean, integer, table, text, timestamp } from '@holdfast/core'
import type { Dataset } from './dataset.ts'
import { mix, Random } from './random.ts'
import { Zipfian } from './zipfian.ts'

/** Views of pages of many sites: a part of the columns of ClickBench's table, as skewed as the real ones are. */
export const hits = table(
  'hits',
  {
    id: integer().primaryKey(),
    seen: timestamp(),
    site: integer(),
    visitor: integer(),
    region: integer(),
    browser: integer(),
    width: integer(),
    duration: integer(),
    mobile: boolean(),
    engine: integer(),
    phrase: text(),
    address: text(),
    title: text(),
    referrer: text().nullable(),
  },
  { indexes: [{ columns: ['site', 'seen'] }] },
)

const start = Date.UTC(2026, 0, 1)
const days = 30
const day = 24 * 60 * 60 * 1000

const words = [
  'weather', 'news', 'cheap', 'flights', 'recipe', 'football', 'music', 'online', 'games', 'map', 'bank', 'photo',
  'video', 'school', 'car', 'house', 'garden', 'travel', 'phone', 'shop',
] // prettier-ignore
const hosts = [
  'example.org',
  'news.example',
  'shop.example',
  'google.example',
  'video.example',
  'mail.example',
]
const widths = [0, 360, 390, 412, 768, 1280, 1366, 1440, 1920, 2560]

export const dataset: Dataset = {
  name: 'hits',
  tables: [
    {
      table: hits,
      *rows({ rows, seed }) {
        const random = new Random(seed, 'hits')
        const zipfian = (purpose: string) => new Zipfian(new Random(seed, purpose))
        const [sites, visitors, regions, pages, phrases] = [
          'site',
          'visitor',
          'region',
          'page',
          'phrase',
        ].map(zipfian) as [Zipfian, Zipfian, Zipfian, Zipfian, Zipfian]
        const people = Math.max(100, Math.floor(rows / 6))
        for (let id = 0; id < rows; id++) {
          const visitor = mix(visitors.next(people))
          const site = 1 + sites.next(1000)
          const page = pages.next(Math.max(100, Math.floor(rows / 20)))
          const host = hosts[mix(page) % hosts.length]!
          yield {
            id,
            // Hits come as time goes by, most of them in the evening.
            seen: new Date(
              start + Math.floor((id / rows) * days) * day + Math.floor(day * (1 - random.fraction() ** 2)),
            ),
            site,
            visitor,
            region: 1 + regions.next(500),
            browser: mix(visitor) % 40,
            width: widths[mix(visitor + 1) % widths.length]!,
            duration: random.percent(60) ? 0 : Math.floor(1000 / (0.01 + random.fraction())),
            mobile: mix(visitor + 2) % 3 === 0,
            engine: random.percent(87) ? 0 : 1 + random.below(30),
            phrase: random.percent(87) ? '' : phraseOf(phrases.next(Math.max(50, Math.floor(rows / 50)))),
            address: `https://${host}/${words[page % words.length]!}/${page}`,
            title: `${words[page % words.length]!} ${words[mix(page) % words.length]!} - ${host}`,
            referrer: random.percent(40)
              ? null
              : `https://${hosts[random.below(hosts.length)]!}/${page % 100}`,
          }
        }
      },
    },
  ],
}

function phraseOf(number: number): string {
  const [first, second] = [mix(number), mix(number + 7)].map((mixed) => words[mixed % words.length]!)
  return `${first!} ${second!} ${number}`
}
