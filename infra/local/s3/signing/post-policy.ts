import { z } from 'zod';
import { S3Error } from '../errors.ts';
import { parseCredential, type SigningRules } from './credential.ts';
import { sameSignature, signatureOf, signingKey } from './signature.ts';

/** How large the file of a form may be, in bytes. */
export interface SizeRange {
  readonly min: number;
  readonly max: number;
}

const count = z.coerce.number().int().nonnegative();
const policySchema = z.object({
  expiration: z.iso.datetime(),
  conditions: z.array(
    z.union([
      z.tuple([z.enum(['eq', 'starts-with']), z.string().startsWith('$'), z.string()]),
      z.tuple([z.literal('content-length-range'), count, count]),
      z.record(z.string(), z.string()),
    ]),
  ),
});
type Policy = z.infer<typeof policySchema>;

/** Fields that need no condition: the policy can't speak of its own signature, and browsers may add x-ignore-…. */
const FREE_FIELDS = /^(policy|x-amz-signature|file|bucket|x-ignore-.*)$/;

/**
 * Checks the signature of a browser's upload form and that every field is what its policy allows.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 * @param fields names in lower case, the key with its file name filled in
 * @throws S3Error AccessDenied and those of a wrong signature
 */
export function checkPostPolicy(
  bucket: string,
  fields: ReadonlyMap<string, string>,
  rules: SigningRules,
): SizeRange {
  const encoded = fields.get('policy');
  if (encoded === undefined) throw new S3Error('AccessDenied');
  checkSignature(encoded, fields, rules);
  const policy = parsePolicy(encoded);
  if (Date.parse(policy.expiration) <= rules.now()) throw refused('Policy expired.');

  const values = new Map([...fields, ['bucket', bucket]]);
  const covered = new Set<string>();
  let size: SizeRange = { min: 0, max: Number.POSITIVE_INFINITY };
  for (const condition of policy.conditions) {
    if (Array.isArray(condition) && condition[0] === 'content-length-range') {
      size = { min: Math.max(size.min, condition[1]), max: Math.min(size.max, condition[2]) };
      continue;
    }
    for (const { name, isWhole, text } of readMatches(condition)) {
      const value = values.get(name) ?? '';
      if (isWhole ? value !== text : !value.startsWith(text)) {
        throw refused(`Policy Condition failed: ${JSON.stringify(condition)}`);
      }
      covered.add(name);
    }
  }
  const extra = [...fields.keys()].filter((name) => !covered.has(name) && !FREE_FIELDS.test(name));
  if (extra.length > 0) throw refused(`Extra input fields: ${extra.join(', ')}`);
  return size;
}

function checkSignature(
  encodedPolicy: string,
  fields: ReadonlyMap<string, string>,
  rules: SigningRules,
): void {
  const [algorithm, credential, given] = ['x-amz-algorithm', 'x-amz-credential', 'x-amz-signature'].map(
    (name) => fields.get(name),
  );
  if (algorithm !== 'AWS4-HMAC-SHA256' || credential === undefined || given === undefined) {
    throw new S3Error(
      'InvalidArgument',
      'Expected the fields x-amz-algorithm (AWS4-HMAC-SHA256), x-amz-credential and x-amz-signature.',
    );
  }
  const key = signingKey(
    rules.credentials.secretAccessKey,
    parseCredential(credential, rules, 'InvalidArgument'),
  );
  if (!sameSignature(signatureOf(key, encodedPolicy), given)) {
    throw new S3Error('SignatureDoesNotMatch', undefined, {
      SignatureProvided: given,
      StringToSign: encodedPolicy,
    });
  }
}

function parsePolicy(encoded: string): Policy {
  try {
    return policySchema.parse(JSON.parse(Buffer.from(encoded, 'base64').toString()));
  } catch {
    throw refused('Invalid policy document.');
  }
}

function readMatches(
  condition: Exclude<Policy['conditions'][number], ['content-length-range', number, number]>,
) {
  if (!Array.isArray(condition)) {
    return Object.entries(condition).map(([name, text]) => ({
      name: name.toLowerCase(),
      isWhole: true,
      text,
    }));
  }
  const [kind, name, text] = condition;
  return [{ name: name.slice(1).toLowerCase(), isWhole: kind === 'eq', text }];
}

function refused(reason: string): S3Error {
  return new S3Error('AccessDenied', `Invalid according to Policy: ${reason}`);
}
