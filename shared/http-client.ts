/**
 * What we use of undici, a quarter of a function's code. Imported where a request is made and no sooner, so that a
 * function that makes none starts without it: in a bundle it is a file of its own.
 */
// biome-ignore lint/performance/noBarrelFile: it is where the bundles part.
export { Agent, request } from 'undici';
