import { h } from './element.ts'

const THEMES = ['auto', 'light', 'dark'] as const
const KEY = 'holdfast-theme'

export function header(): HTMLElement {
  return h(
    'header',
    { class: 'top' },
    h('div', {}, h('h1', {}, 'Holdfast benchmarks'), h('p', { class: 'lead' }, LEAD)),
    themes(),
  )
}

const LEAD =
  'The same work on each engine: through Holdfast, on the bare driver, and with other libraries. Every answer is compared with ' +
  'the reference evaluator’s before its time counts. A wrong one has no time, and says why.'

/** The browser's own preference, unless the reader chose one here. */
function themes(): HTMLElement {
  const chosen = remembered()
  apply(chosen)
  return h(
    'fieldset',
    { class: 'switch theme' },
    h('legend', { class: 'hidden' }, 'Colours'),
    THEMES.map((theme) =>
      h(
        'label',
        {},
        h('input', {
          type: 'radio',
          name: 'theme',
          value: theme,
          checked: theme === chosen,
          onchange: () => {
            apply(theme)
            remember(theme)
          },
        }),
        h('span', {}, theme[0]?.toUpperCase() ?? '', theme.slice(1)),
      ),
    ),
  )
}

function apply(theme: string): void {
  if (theme === 'auto') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}

// A page opened from a file has no storage in some browsers: then the choice lasts as long as the page.
function remembered(): string {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'auto'
  } catch {
    return 'auto'
  }
}

function remember(theme: string): void {
  try {
    localStorage.setItem(KEY, theme)
  } catch {
    return
  }
}
