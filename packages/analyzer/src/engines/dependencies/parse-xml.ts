import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { lineCounter } from './line-finder.ts';
import { ManifestError } from './manifest-error.ts';

const attributes = '@';
const xml = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: attributes,
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: 100,
  captureMetaData: true,
  // Without this option an element that contains only text would become a string instead of an object.
  alwaysCreateTextNode: true,
  isArray: (_name, _path, _leaf, isAttribute) => !isAttribute,
});
// The library declares the wrapper type `Symbol`, which cannot be used as an index.
const place = XMLParser.getMetaDataSymbol() as symbol;

/** An XML element. Entities are not decoded. */
export class XmlElement {
  readonly #table: Record<string | symbol, unknown>;
  readonly #lineAt: (offset: number) => number;

  constructor(raw: unknown, lineAt: (offset: number) => number) {
    this.#table = typeof raw === 'object' && raw !== null ? (raw as Record<string | symbol, unknown>) : {};
    this.#lineAt = lineAt;
  }

  /** Returns the direct child elements with this name. */
  all(name: string): XmlElement[] {
    const children = this.#own(name);
    return Array.isArray(children) ? children.map((child) => new XmlElement(child, this.#lineAt)) : [];
  }

  first(name: string): XmlElement | undefined {
    const children = this.#own(name);
    return Array.isArray(children) && children.length > 0 ? new XmlElement(children[0], this.#lineAt) : undefined;
  }

  /** Returns the names of the element's direct children. */
  names(): string[] {
    return Object.keys(this.#table).filter((name) => !name.startsWith(attributes) && name !== '#text');
  }

  /** Returns the element's own text, trimmed. */
  text(): string {
    const text = this.#own('#text');
    return trimmed(Array.isArray(text) ? text[0] : text);
  }

  /** Returns the trimmed text of the element's attribute or first child with this name; null if it is empty. */
  value(name: string): string | null {
    return trimmed(this.#own(`${attributes}${name}`)) || this.first(name)?.text() || null;
  }

  /** Returns the line where the element begins. Looking up lines is fastest if elements are visited in document order. */
  line(): number | null {
    const start = this.#table[place];
    const offset = typeof start === 'object' && start !== null && 'startIndex' in start ? start.startIndex : null;
    return typeof offset === 'number' ? this.#lineAt(offset + 1) : null;
  }

  #own(name: string): unknown {
    return Object.hasOwn(this.#table, name) ? this.#table[name] : undefined;
  }
}

const trimmed = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

/** Parses an XML document; returns an element whose only child is the root element. Throws ManifestError. */
export const parseXml = (source: string): XmlElement => {
  const validity = XMLValidator.validate(source);
  if (validity !== true) throw new ManifestError(`not valid XML: ${validity.err.msg.slice(0, 100)}`, validity.err.line);
  return new XmlElement(xml.parse(source), lineCounter(source));
};
