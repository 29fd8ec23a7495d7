/** Of a memory that threads share, which must say how far it may grow: all that addresses reach. */
export const SHARED_MAX_PAGES = 65_536;

/** Whether threads may share it. */
export function isShared({ buffer }: WebAssembly.Memory): boolean {
  // Its type knows no other than ArrayBuffer.
  return (buffer as ArrayBufferLike) instanceof SharedArrayBuffer;
}

/** The exports of a module that imports `env.memory` and nothing else; compiled once for each kind of memory. */
export function instantiate<Exports>(base64: string, memory: WebAssembly.Memory): Exports {
  const compiled = isShared(memory) ? compiledShared : compiledPlain;
  const module =
    compiled.get(base64) ??
    new WebAssembly.Module(isShared(memory) ? forSharedMemory(bytesOf(base64)) : bytesOf(base64));
  compiled.set(base64, module);
  // The signatures are those of the sources in assembly/, and a test rebuilds the modules from them.
  return new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Exports;
}

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/**
 * The same code for a memory that threads share. A module says of which kind the memory is that it imports, and
 * nothing else in ours depends on it: so the import is all that differs from what the compiler would make of
 * the same source, and a test holds the two against each other.
 */
export function forSharedMemory(module: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const start = indexOf(module, plainImport);
  if (start < 0) throw new TypeError('expected a module that imports env.memory alone, found another');
  const end = start + plainImport.length;
  const shared = new Uint8Array(module.length - plainImport.length + sharedImport.length);
  shared.set(module.subarray(0, start));
  shared.set(sharedImport, start);
  shared.set(module.subarray(end), start + sharedImport.length);
  return shared;
}

const compiledPlain = new Map<string, WebAssembly.Module>();
const compiledShared = new Map<string, WebAssembly.Module>();

/** From the name on: kind of import, flags, least pages, and most pages (in LEB128) if flags say so. */
const plainImport = importSection([2, 0b00, 0]);
const sharedImport = importSection([2, 0b11, 0, 0x80, 0x80, 0x04]);

/** Section 2 with one import, https://webassembly.github.io/spec/core/binary/modules.html#import-section */
function importSection(memory: readonly number[]): number[] {
  const named = ['env', 'memory'].flatMap((name) => [name.length, ...new TextEncoder().encode(name)]);
  const content = [1, ...named, ...memory];
  return [2, content.length, ...content];
}

function indexOf(bytes: Uint8Array, wanted: readonly number[]): number {
  return bytes.findIndex((_, start) => wanted.every((byte, i) => bytes[start + i] === byte));
}
