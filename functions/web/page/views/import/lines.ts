/** A line of a file, without the newline that ends it. */
export interface Line {
  readonly text: string;
  readonly bytes: number;
  /** Where it is not, `text` has replacement characters in place of what it is. */
  readonly isUtf8: boolean;
}

const newline = 0x0a;
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lenient = new TextDecoder('utf-8', { ignoreBOM: true });

/** The lines of a file, as the import of the server parts them: by newlines alone, a byte order mark left out. */
export function linesOf(bytes: Uint8Array): Line[] {
  const lines: Line[] = [];
  let from = isMarked(bytes) ? 3 : 0;
  for (;;) {
    const end = bytes.indexOf(newline, from);
    lines.push(lineOf(bytes.subarray(from, end < 0 ? bytes.length : end)));
    if (end < 0) return lines;
    from = end + 1;
  }
}

/** What spreadsheets write as "Unicode text". */
export const isUtf16 = ([first, second]: Uint8Array): boolean =>
  (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);

const isMarked = ([first, second, third]: Uint8Array): boolean =>
  first === 0xef && second === 0xbb && third === 0xbf;

function lineOf(bytes: Uint8Array): Line {
  try {
    return { text: strict.decode(bytes), bytes: bytes.length, isUtf8: true };
  } catch {
    return { text: lenient.decode(bytes), bytes: bytes.length, isUtf8: false };
  }
}
