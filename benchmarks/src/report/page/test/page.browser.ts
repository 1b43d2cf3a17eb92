import axe from 'axe-core'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { writeReport } from '../../index.ts'
import { startBrowser } from './browser.ts'
import { sample } from './sample.ts'
import type { Sample } from './sample.ts'

let browser: Browser
let folder: string
let whole: string
/** Two steps of each workload: axe looks at every element of a page, for long. */
let small: string
let page: Page
/** Whatever the console says, scripts throw, or the page asks for beyond itself. */
let complaints: string[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-'))
  browser = await startBrowser()
  whole = await written('whole.html', sample())
  small = await written('small.html', sample(2))
})
afterAll(async () => {
  await browser?.close()
  await rm(folder, { recursive: true })
})
afterEach(async () => {
  await page.context().close()
  expect(complaints).toEqual([])
})

async function written(name: string, { records, workloads }: Sample): Promise<string> {
  const path = join(folder, name)
  await writeReport(records, workloads, path)
  return pathToFileURL(path).href
}

interface Look {
  readonly width: number
  readonly colorScheme: 'light' | 'dark'
}

const looks: readonly Look[] = [1280, 360].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, colorScheme })),
)

/** @param bypassCSP lets a test bring a script of its own, which the page's policy would refuse */
async function open({ width, colorScheme }: Look, address = whole, bypassCSP = false): Promise<void> {
  const context = await browser.newContext({ viewport: { width, height: 800 }, colorScheme, bypassCSP })
  page = await context.newPage()
  complaints = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => {
    if (request.url() !== address && !request.url().startsWith('data:')) complaints.push(request.url())
  })
  await page.goto(address)
}

const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)

describe.each(looks)('the report at $width px, $colorScheme', (look) => {
  it('fits the width, with its widest table and with a cell open as well', async () => {
    await open(look)
    await page.locator('.matrix').evaluate((matrix) => matrix.setAttribute('open', ''))
    expect(await overflow()).toBe(0)
    await page.locator('.bars .open').nth(2).click()
    expect(await page.locator('dialog h2').isVisible()).toBe(true)
    expect(await overflow()).toBe(0)
    expect(await page.locator('dialog').evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth)).toBe(0)
  })

  it('has no fault of accessibility, contrast included, with a cell open as well', async () => {
    await open(look, small, true)
    // Steps out of sight are not laid out otherwise, and would not be looked at.
    await page.addStyleTag({ content: '.step { content-visibility: visible !important }' })
    await page.addScriptTag({ content: axe.source })
    expect(await faults('main, header')).toEqual([])
    await page.locator('.bars .cell[data-kind=holdfast] .open').nth(2).click()
    expect(await faults('dialog')).toEqual([])
  })
})

/** Elements that break a rule of WCAG 2.2, levels A and AA, or a best practice. */
async function faults(within: string): Promise<readonly string[]> {
  return await page.evaluate(async (selector) => {
    const { axe: checker } = globalThis as unknown as { axe: typeof axe }
    const { violations } = await checker.run(selector, { resultTypes: ['violations'] })
    return violations.flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map((node) => `${id}: ${node.html.slice(0, 200)} ${node.failureSummary ?? ''}`),
    )
  }, within)
}

describe('with a keyboard', () => {
  it('a cell opens and closes, and the focus goes back to where it was', async () => {
    await open({ width: 1280, colorScheme: 'light' })
    const button = page.locator('.bars .open').first()
    await button.focus()
    await page.keyboard.press('Enter')
    expect(await page.locator('dialog').isVisible()).toBe(true)
    expect(await page.evaluate(() => document.activeElement?.closest('dialog') !== null)).toBe(true)
    expect(page.url()).toContain('#')
    await page.keyboard.press('Escape')
    expect(await page.locator('dialog').count()).toBe(0)
    expect(await button.evaluate((element) => element === document.activeElement)).toBe(true)
    expect(page.url()).toBe(whole)
  })

  it('every control is reached, one after the other, and is seen to have the focus', async () => {
    await open({ width: 1280, colorScheme: 'light' })
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip')
    let last = await page.evaluateHandle(() => document.activeElement)
    for (let presses = 0; presses < 40; presses++) {
      await page.keyboard.press('Tab')
      const { follows, seen } = await page.evaluate((before) => {
        const element = document.activeElement
        if (!before || !element) return { follows: false, seen: false }
        // A radio's outline is that of the text beside it.
        const outlined = [element, element.nextElementSibling].some(
          (each) => each && !['none', 'hidden'].includes(getComputedStyle(each).outlineStyle),
        )
        const position = before.compareDocumentPosition(element)
        return { follows: (position & Node.DOCUMENT_POSITION_FOLLOWING) !== 0, seen: outlined }
      }, last)
      expect({ follows, seen }).toEqual({ follows: true, seen: true })
      last = await page.evaluateHandle(() => document.activeElement)
    }
  })
})

describe('the choice of colours', () => {
  it('overrides the browser’s preference, and lasts', async () => {
    await open({ width: 1280, colorScheme: 'light' })
    const back = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
    const light = await back()
    await page.getByRole('radio', { name: 'Dark' }).check()
    const dark = await back()
    expect(dark).not.toBe(light)
    await page.reload()
    expect(await back()).toBe(dark)
    await page.getByRole('radio', { name: 'Auto' }).check()
    expect(await back()).toBe(light)
  })
})

describe('on paper', () => {
  it('has the figures and their bars, without the controls', async () => {
    await open({ width: 800, colorScheme: 'dark' })
    await page.emulateMedia({ media: 'print', colorScheme: 'light' })
    expect(await page.locator('.controls').isVisible()).toBe(false)
    expect(await page.locator('.bars .bar').first().isVisible()).toBe(true)
    expect((await page.pdf()).length).toBeGreaterThan(20_000)
  })
})
