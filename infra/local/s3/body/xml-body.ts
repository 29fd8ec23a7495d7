import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { z } from 'zod';
import { S3Error } from '../errors.ts';
import type { SignedRequest } from '../signing/authenticate.ts';
import { receiveBody } from './receive.ts';

/** A thousand keys of 1,024 bytes, or ten thousand parts with their checksums, escaped and with room. */
const MAX_XML_BYTES = 8 * 1024 * 1024;

/**
 * Every value stays a string ("007" is a key, not a number) and keeps its spaces. References are decoded here: left
 * to itself the parser skips numeric ones, in which clients write the line break of a key.
 */
const parser = new XMLParser({
  parseTagValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  removeNSPrefix: true,
  processEntities: false,
  tagValueProcessor: (_, text) => decodeReferences(text),
});

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeReferences(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi,
    (whole, hex, decimal, name) => {
      if (name !== undefined) return NAMED[name] ?? whole;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code > 0x10ffff ? whole : String.fromCodePoint(code);
    },
  );
}

/**
 * The XML document that a request carries, digests checked.
 * @param schema of the document: an object whose one member is the root element
 * @throws S3Error MalformedXML and those of `receiveBody`
 */
export async function readXmlBody<T>(request: SignedRequest, schema: z.ZodType<T>): Promise<T> {
  const body = receiveBody(request, { maxBytes: MAX_XML_BYTES });
  const pieces: Uint8Array[] = [];
  for await (const piece of body.chunks) pieces.push(piece);
  const text = Buffer.concat(pieces).toString();
  // The parser alone reads a broken document as far as it can; a document type could bring entities of its own.
  if (text.includes('<!DOCTYPE') || XMLValidator.validate(text) !== true) throw new S3Error('MalformedXML');
  const parsed = schema.safeParse(parser.parse(text));
  if (!parsed.success) throw new S3Error('MalformedXML');
  return parsed.data;
}
