/**
 * What we use of the clients that a cold start can do without. Imported where the first call is made, so that in a bundle
 * they are files of their own: a tenth of what a function loads otherwise.
 */
// biome-ignore lint/performance/noBarrelFile: it is where the bundles part.
export { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
export { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
