import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'
import type { Browser } from 'playwright-core'

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

/** The browser at CHROME_PATH, or else one in a usual place. Throws where there is none. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROME_PATH ?? PLACES.find((place) => existsSync(place))
  if (executablePath === undefined)
    throw new Error(
      'There is no Chromium or Chrome in a usual place. Install one, or set CHROME_PATH to its executable.',
    )
  // In a container there is no sandbox to be had; the pages are our own.
  return await chromium.launch({ executablePath, args: ['--no-sandbox'] })
}
