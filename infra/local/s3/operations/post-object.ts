import { DEFAULT_ALGORITHM, parseDigest, statedChecksum } from '../body/checksum.ts';
import { readUploadForm } from '../body/form-data.ts';
import { createMeasure } from '../body/measure.ts';
import { S3Error } from '../errors.ts';
import type { S3Reply } from '../reply.ts';
import type { S3Request } from '../request.ts';
import type { SigningRules } from '../signing/credential.ts';
import { checkPostPolicy } from '../signing/post-policy.ts';
import type { StoredObject } from '../store/records.ts';
import { xmlDocument } from '../xml.ts';
import { commitObject } from './commit-object.ts';
import { checksumHeaders, describe } from './object-headers.ts';
import { findBucket, quote, type Service } from './operation.ts';
import { MAX_UPLOAD_BYTES } from './put-object.ts';

const MAX_KEY_BYTES = 1024;

/**
 * PostObject: a browser's form, whose policy is signed rather than the request.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
 */
export async function postObject(
  { store }: Service,
  request: S3Request,
  rules: SigningRules,
): Promise<S3Reply> {
  const { bucket } = request;
  const form = await readUploadForm(request.headers.get('content-type') ?? '', request.body);
  // biome-ignore lint/suspicious/noTemplateCurlyInString: S3's own placeholder
  const key = (form.fields.get('key') ?? '').replaceAll('${filename}', form.fileName);
  if (key === '')
    throw new S3Error('InvalidArgument', "Bucket POST must contain a field named 'key'.", {
      ArgumentName: 'key',
    });
  if (Buffer.byteLength(key) > MAX_KEY_BYTES) throw new S3Error('KeyTooLongError');
  const fields = new Map([...form.fields, ['key', key]]);
  const { min, max } = checkPostPolicy(bucket, fields, rules);
  findBucket(store, bucket);

  const stated = statedChecksum(fields);
  const algorithm = stated?.algorithm ?? DEFAULT_ALGORITHM;
  const measure = createMeasure(['MD5', algorithm], { maxBytes: Math.min(max, MAX_UPLOAD_BYTES) });
  const description = describe(fields);
  async function* checkedFile(): AsyncGenerator<Uint8Array, void> {
    yield* measure.through(form.file);
    if (measure.bytes() < min) {
      throw new S3Error('EntityTooSmall', undefined, {
        ProposedSize: String(measure.bytes()),
        MinSizeAllowed: String(min),
      });
    }
    const digest = stated?.value === undefined ? undefined : parseDigest(algorithm, stated.value);
    if (digest !== undefined && !measure.digest(algorithm).equals(digest)) throw new S3Error('BadDigest');
  }
  const file = await store.files.write(checkedFile());
  const object = await commitObject(store, {
    bucket,
    key,
    file,
    size: measure.bytes(),
    etag: measure.digest('MD5').toString('hex'),
    description,
    checksum: { algorithm, value: measure.digest(algorithm).toString('base64'), type: 'FULL_OBJECT' },
    reason: 'PostObject',
  });
  return successReply(object, fields, `http://${request.headers.get('host') ?? ''}${request.path}`);
}

/** What the form asked for: a page to go on to, or a status. */
function successReply(object: StoredObject, fields: ReadonlyMap<string, string>, endpoint: string): S3Reply {
  const { bucket, key } = object;
  const etag = quote(object.etag);
  const location = `${endpoint.replace(/\/$/, '')}/${key.split('/').map(encodeURIComponent).join('/')}`;
  const headers = { etag, location, ...checksumHeaders(object) };
  const redirect = fields.get('success_action_redirect') ?? fields.get('redirect');
  if (redirect !== undefined && URL.canParse(redirect)) {
    const page = new URL(redirect);
    for (const [name, value] of Object.entries({ bucket, key, etag })) page.searchParams.set(name, value);
    return { status: 303, headers: { ...headers, location: page.href } };
  }
  switch (fields.get('success_action_status')) {
    case '200':
      return { status: 200, headers };
    case '201':
      return {
        status: 201,
        headers,
        body: xmlDocument('PostResponse', { Location: location, Bucket: bucket, Key: key, ETag: etag }),
      };
    default:
      return { status: 204, headers };
  }
}
