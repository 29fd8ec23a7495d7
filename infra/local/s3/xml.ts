/** A value of an element: text, a nested element, or the same element several times. */
export type XmlValue = string | number | boolean | undefined | XmlElement | readonly XmlElement[];
export interface XmlElement {
  readonly [name: string]: XmlValue;
}

/** A document in S3's namespace, with members or text in its root. Members that are undefined are left out. */
export function xmlDocument(root: string, content: XmlElement | string): string {
  const inside = typeof content === 'string' ? escapeXml(content) : members(content);
  return `${DECLARATION}<${root} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inside}</${root}>`;
}

/** An error document, which S3 writes without a namespace. */
export function xmlError(content: XmlElement): string {
  return `${DECLARATION}<Error>${members(content)}</Error>`;
}

const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

function members(content: XmlElement): string {
  return Object.entries(content)
    .map(([name, value]) => element(name, value))
    .join('');
}

function element(name: string, value: XmlValue): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.map((item: XmlElement) => element(name, item)).join('');
  const inside = typeof value === 'object' ? members(value as XmlElement) : escapeXml(String(value));
  return `<${name}>${inside}</${name}>`;
}

/**
 * Text for an element. Control characters, which XML 1.0 cannot hold even as references, are written as
 * references all the same: S3 does, and clients that want to be safe ask for encoding-type=url.
 */
function escapeXml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are the point
  return text.replace(/[&<>"'\u0000-\u001f\ufffe\uffff]/g, (character) => `&#${character.charCodeAt(0)};`);
}
