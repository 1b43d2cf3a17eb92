import fc from 'fast-check'
import type { Document, HTMLElement } from 'happy-dom'
import { expect, it } from 'vitest'
import { pageAssets } from '../../assets.ts'
import { pageData } from '../../data.ts'
import type { ReportWorkload } from '../../data.ts'
import { html } from '../../html.ts'
import { records } from '../../test/records.ts'
import { opened } from './window.ts'

const attack = fc.constantFrom(
  '</script><script>globalThis.broken = true</script>',
  '<script>globalThis.broken = true</script>',
  '<img src=x onerror="globalThis.broken = true">',
  '"><svg onload="globalThis.broken = true">',
  "' onfocus='globalThis.broken = true' autofocus='",
  '</pre></table></dialog><iframe srcdoc="<b>"></iframe>',
  '<!--<script>',
  '--><b>bold</b>',
  ']]></style><style>*{display:none}</style>',
  '<base href="https://else.test/">',
  '<meta http-equiv="refresh" content="0">',
  'javascript:globalThis.broken = true',
  '&lt;b&gt;&amp;amp;&#60;',
  '\u2028\u2029\u0000\ud800',
  '__proto__',
  'constructor',
  'toString',
)
const text = fc.oneof(
  attack,
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.tuple(attack, attack).map((two) => two.join(' ')),
)
const part = text.map((each) => each.replaceAll('/', '∕'))
const hostile = records({ parts: part, engines: text, arms: text, text })
const workloads = fc.uniqueArray(
  fc.record({
    name: part,
    title: text,
    description: text,
    steps: fc.array(
      fc.record({
        name: part,
        title: text,
        targets: fc.dictionary(text, fc.constant(1.1), { maxKeys: 2 }),
        limits: fc.record({ growth: fc.dictionary(text, fc.constant(50), { maxKeys: 2 }) }),
        claims: fc.dictionary(text, fc.constant(2), { maxKeys: 2 }),
      }),
      { maxLength: 3 },
    ),
  }),
  { maxLength: 3, selector: ({ name }) => name },
)

// All that the page is made of. A name, a reason or code can add none.
const ELEMENTS = new Set(
  (
    'html head meta link title style body noscript script header main section article div span p b strong h1 h2 h3 a ul li ' +
    'dl dt dd form fieldset legend label input select option button details summary table caption thead tbody tr th td ' +
    'pre code dialog figure figcaption svg rect line text circle polyline'
  ).split(' '),
)

it('whatever a record, a workload or an arm says is text', async () => {
  const assets = await pageAssets()
  await fc.assert(
    fc.asyncProperty(hostile, workloads, async (all, known: readonly ReportWorkload[]) => {
      const data = pageData(all, known)
      const page = html(assets, data)
      const [, block = ''] = /<script type="application\/json" id="data">(.*?)<\/script/s.exec(page) ?? []
      expect(JSON.parse(block)).toEqual(JSON.parse(JSON.stringify(data)))
      expect(page.match(/<script/g)).toHaveLength(2)
      expect(page.match(/<\/script/g)).toHaveLength(2)

      const window = opened(page)
      try {
        const { document } = window
        const shown = document.body.textContent
        for (const record of all) {
          expect(shown.includes(String(record.machine.os))).toBe(true)
          for (const [key, arms] of Object.entries(record.cells))
            for (const [arm, figures] of Object.entries(arms))
              expect(shown.includes(figures ? arm : (record.reasons[`${key}/${arm}`] ?? ''))).toBe(true)
        }
        expectOwnElements(document)
        for (const button of document.querySelectorAll('button.open')) {
          ;(button as unknown as { click(): void }).click()
          const dialog = document.querySelector('dialog')
          expect(dialog).not.toBeNull()
          if (dialog) expectOwnElements(dialog)
          dialog?.close()
        }
        expect('broken' in window).toBe(false)
      } finally {
        await window.happyDOM.close()
      }
    }),
    { numRuns: 25 },
  )
})

function expectOwnElements(within: Document | HTMLElement): void {
  for (const element of within.querySelectorAll('*')) {
    expect(ELEMENTS).toContain(element.tagName.toLowerCase())
    for (const { name } of element.attributes) expect(name).not.toMatch(/^(on|src|srcdoc|autofocus)/)
  }
}
