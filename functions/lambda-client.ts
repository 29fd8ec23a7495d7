/**
 * What we use of Lambda's client. Imported where a function is invoked and no sooner, since most invocations invoke
 * nobody: in a bundle it is a file of its own, a twelfth of what a function loads otherwise.
 */
// biome-ignore lint/performance/noBarrelFile: it is where the bundles part.
export { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
