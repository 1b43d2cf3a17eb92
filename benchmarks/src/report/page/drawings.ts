import { roundUp } from '../figures/scale.ts'
import { svg } from './element.ts'

const WIDTH = 340
const HEIGHT = 120
const EDGE = { left: 4, right: 76, top: 8, bottom: 8 }

const x = (index: number, count: number) =>
  EDGE.left + ((index + 0.5) / count) * (WIDTH - EDGE.left - EDGE.right)
const yBelow = (most: number) => (value: number) =>
  HEIGHT - EDGE.bottom - (value / most) * (HEIGHT - EDGE.top - EDGE.bottom)

/** Values in their order as columns from zero, with a line at one of them. */
export function columns(
  values: readonly number[],
  median: number,
  format: (value: number) => string,
  title: string,
): SVGElement {
  const most = roundUp(values.reduce((greatest, value) => Math.max(greatest, value), 0) || 1)
  const y = yBelow(most)
  const width = Math.max(1, Math.min(28, ((WIDTH - EDGE.left - EDGE.right) / values.length) * 0.7))
  return frame(
    title,
    grid(most, y, format),
    values.map((value, index) =>
      svg(
        'rect',
        {
          class: 'value',
          x: x(index, values.length) - width / 2,
          y: y(value),
          width,
          height: y(0) - y(value),
          rx: 2,
        },
        svg('title', {}, `${index + 1}: ${format(value)}`),
      ),
    ),
    svg('line', { class: 'median', x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y(median), y2: y(median) }),
  )
}

/** Values in their order as points on a line, from zero. */
export function course(
  values: readonly { readonly value: number; readonly title: string }[],
  format: (value: number) => string,
  title: string,
): SVGElement {
  const most = roundUp(values.reduce((greatest, { value }) => Math.max(greatest, value), 0) || 1)
  const y = yBelow(most)
  const places = values.map(({ value }, index) => [x(index, values.length), y(value)] as const)
  return frame(
    title,
    grid(most, y, format),
    svg('polyline', { class: 'course', points: places.map((place) => place.join()).join(' ') }),
    places.map(([cx, cy], index) =>
      svg(
        'circle',
        { class: 'point', cx, cy, r: 4 },
        svg('title', {}, `${values[index]?.title}: ${format(values[index]?.value ?? 0)}`),
      ),
    ),
  )
}

function frame(title: string, ...children: Parameters<typeof svg>[2][]): SVGElement {
  return svg(
    'svg',
    { class: 'drawing', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': title },
    children,
  )
}

function grid(most: number, y: (value: number) => number, format: (value: number) => string) {
  return [0, most / 2, most].map((value) => [
    svg('line', { class: 'grid', x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y(value), y2: y(value) }),
    svg('text', { x: WIDTH - EDGE.right + 6, y: y(value) + 4 }, value === 0 ? '0' : format(value)),
  ])
}
