type Attribute = string | number | boolean | null | undefined | ((event: Event) => void)
export type Attributes = Readonly<Record<string, Attribute>>
export type Child = Node | string | number | null | undefined | false | readonly Child[]

const SVG = 'http://www.w3.org/2000/svg'

/**
 * An element. Text goes in as text nodes and attributes only by `setAttribute`: nothing that a record says is ever read as
 * HTML. `--name` sets a custom property, `onname` a listener; false, null and undefined set nothing.
 */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  return fill(document.createElement(tag), attributes, children)
}

/** The same for drawings. */
export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  return fill(document.createElementNS(SVG, tag), attributes, children)
}

function fill<Made extends HTMLElement | SVGElement>(
  element: Made,
  attributes: Attributes,
  children: readonly Child[],
): Made {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value)
    else if (value === false || value == null) continue
    else if (name.startsWith('--')) element.style.setProperty(name, String(value))
    else element.setAttribute(name, value === true ? '' : String(value))
  }
  append(element, children)
  return element
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (isList(child)) append(element, child)
    else if (child !== false && child != null)
      element.append(typeof child === 'number' ? String(child) : child)
  }
}

const isList = (child: Child): child is readonly Child[] => Array.isArray(child)
