// Plain JavaScript, since what runs before any compiler wants it too.
import { setFlagsFromString } from 'node:v8';

/** Of V8's own measure of how much a function has run: nine times its default. */
const budget = 600000;

/**
 * Lets V8 optimise what has run for longer. It takes the other processor for that, which programs that live for
 * seconds keep busy themselves: the first start takes a tenth less. Later Nodes have a cheaper compiler in between.
 */
export function optimiseLater() {
  if (process.version.startsWith('v20.')) setFlagsFromString(`--interrupt-budget=${budget}`);
}
