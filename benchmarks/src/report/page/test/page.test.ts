import type { HTMLElement, HTMLInputElement, HTMLSelectElement, Window } from 'happy-dom'
import { afterEach, describe, expect, it } from 'vitest'
import { reportPage } from '../../index.ts'
import { sample } from './sample.ts'
import { opened } from './window.ts'

const { records, workloads } = sample(2)
const newest = records.slice(-4)
let window: Window
afterEach(() => window.happyDOM.close())

const open = async (of = records, address?: string) => {
  window = opened(await reportPage(of, workloads), address)
}
const all = (selector: string) => [...window.document.querySelectorAll(selector)] as HTMLElement[]
const textOf = (selector: string) => all(selector).map(({ textContent }) => textContent)
const fire = (element: HTMLElement) => element.dispatchEvent(new window.Event('change', { bubbles: true }))

function labelled(text: string): HTMLElement {
  const label = all('label').find(({ textContent }) => textContent.trim().startsWith(text))
  const control = label?.querySelector('input, select')
  if (!control) throw new Error(`There is no control called ${text}.`)
  return control as HTMLElement
}

function set(text: string, checked: boolean): void {
  const input = labelled(text) as HTMLInputElement
  input.checked = checked
  fire(input)
}

function choose(select: HTMLElement, index: number): void {
  ;(select as HTMLSelectElement).selectedIndex = index
  fire(select)
}

describe('the page', () => {
  it('shows every cell of the newest runs, and why a cell has no figure', async () => {
    await open()
    const cells = newest.flatMap((record) =>
      Object.values(record.cells).flatMap((arms) => Object.values(arms)),
    )
    expect(all('.bars .cell')).toHaveLength(cells.length)
    expect(cells.filter((cell) => cell === null).length).toBeGreaterThan(2)
    expect(textOf('.bars .reason').toSorted()).toEqual(
      newest
        .flatMap(({ reasons }) => Object.values(reasons).map((reason) => `No figure. ${reason}`))
        .toSorted(),
    )
    expect(textOf('.matrix .missing')).toHaveLength(cells.filter((cell) => cell === null).length)
  })

  it('says what ran: machine, load, versions, settings, targets and claims', async () => {
    await open()
    const shown = window.document.body.textContent
    for (const fact of [
      'Example Processor 9',
      '8 GiB',
      '24.21.0',
      '0.4 → 1.9',
      'e622590a5d',
      '13.2.0',
      'WAL, synchronous',
    ])
      expect(shown).toContain(fact)
    expect(textOf('.goals')[0]).toContain('SQLite 1.10×')
    expect(textOf('.goals')[0]).toContain('Memory added, at most: SQLite 47.7 MiB')
    expect(textOf('.goals')[0]).toContain('Event loop held, at most: SQLite 20 ms')
    expect(textOf('.goals').filter((text) => text.includes('Claimed'))).toHaveLength(2)
    expect(all('.goal.claim, .sample.claim').length).toBe(2 * 3 + 1)
  })

  it('puts the best arm first and counts what is missing, unless told otherwise', async () => {
    await open()
    const ratios = () =>
      all('.means tbody tr').map((row) =>
        Number(row.querySelector('.main')?.textContent.replace(/[×,]/g, '')),
      )
    const counted = ratios()
    expect(counted).toEqual(counted.toSorted((left, right) => left - right))
    expect(counted[0]).toBeGreaterThanOrEqual(1)
    set('Count what is missing', false)
    expect(Math.max(...ratios())).toBeLessThan(Math.max(...counted))
  })

  it('compares with the bare driver on demand', async () => {
    await open()
    expect(textOf('.bars thead .number')).toContain('To best')
    set('the bare driver', true)
    expect(textOf('.bars thead .number')).toContain('To bare')
    const bare = all('.means tr[data-kind=bare] .main').map(({ textContent }) => textContent)
    expect(bare).toEqual(['1.00×', '1.00×', '1.00×'])
  })

  it('leaves out what is not wanted', async () => {
    await open()
    set('SQLite', false)
    expect(textOf('.bars .engine')).not.toContain('SQLite')
    set('Other libraries', false)
    expect(all('.bars [data-kind=peer]')).toHaveLength(0)
    set('Group by', false)
    expect(textOf('main h2')).not.toContain('Group by, questions of db-benchmark')
    choose(labelled('Rows'), 2)
    expect(new Set(textOf('.step h3').map((title) => title.split(', ').at(-1)))).toEqual(new Set(['1M rows']))
    choose(labelled('Figure'), 6)
    expect(textOf('.bars thead .number')[0]).toBe('Peak memory')
  })

  it('lets readers choose a run, and draws the course of several', async () => {
    await open()
    const [run] = all('.run select')
    const before = textOf('.bars .main')
    expect(run?.querySelectorAll('option')).toHaveLength(3)
    expect(all('svg.drawing circle')).toHaveLength(3)
    if (run) choose(run, 2)
    expect(textOf('.bars .main')).not.toEqual(before)
    expect((all('.run select')[0] as unknown as HTMLSelectElement).selectedIndex).toBe(2)
  })

  it('opens a cell with all that is known of it, and has an address for it', async () => {
    await open()
    all('.bars .cell[data-kind=holdfast] .open').at(-1)?.click()
    const headings = textOf('dialog h3')
    for (const heading of ['Hot runs', 'Settings', 'Code', 'SQL', 'Plan', 'Answer'])
      expect(headings.some((each) => each.startsWith(heading))).toBe(true)
    expect(all('dialog svg rect')).toHaveLength(10)
    const address = window.location.href
    const title = textOf('dialog h2')
    all('dialog .close')[0]?.click()
    expect(all('dialog')).toHaveLength(0)
    expect(window.location.hash).toBe('')
    await window.happyDOM.close()
    await open(records, address)
    expect(textOf('dialog h2')).toEqual(title)
  })

  it('says so when there is nothing, or nothing is chosen', async () => {
    await open([])
    expect(window.document.body.textContent).toContain('There is no record to show.')
    await window.happyDOM.close()
    await open()
    for (const engine of ['Memory', 'SQLite', 'DuckDB', 'PostgreSQL']) set(engine, false)
    expect(window.document.body.textContent).toContain('Nothing to compare in what is chosen.')
  })
})
