import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { TuwenError } from '../shared/error.ts';
import { once } from '../shared/once.ts';

/**
 * Clients of AWS for the handlers, with deadlines on every connection. Endpoints are the SDK's own
 * (`AWS_ENDPOINT_URL_S3` and so on), so the same code speaks to local services.
 */
const requestHandler = { connectionTimeout: 2000, requestTimeout: 20_000 };

export function createS3Client(options: { forUploads?: boolean } = {}): S3Client {
  return new S3Client({
    requestHandler: { ...requestHandler, requestTimeout: 30_000 },
    // A virtual host for the bucket needs DNS, which a local endpoint does not have.
    forcePathStyle: endpoint('AWS_ENDPOINT_URL_S3') !== undefined,
    // The default would put the checksum of an empty body into a presigned upload.
    ...(options.forUploads && { requestChecksumCalculation: 'WHEN_REQUIRED' as const }),
  });
}

export function createDynamoClient(): DynamoDBDocumentClient {
  const client = new DynamoDBClient({ requestHandler });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

/** Invokes functions by name or ARN. */
export interface Invoker {
  /** Hands the payload over and returns; the function runs on its own. */
  start(name: string, payload: unknown): Promise<void>;
  /** @throws TuwenError `internal` (retryable) when the function fails. */
  call(name: string, payload: unknown, options: { deadlineMs: number }): Promise<unknown>;
}

export function createInvoker(): Invoker {
  const opened = once(async () => {
    const { InvokeCommand, LambdaClient } = await import('./lambda-client.ts');
    // Synchronous calls last as long as the function does; the caller's deadline ends them.
    const client = new LambdaClient({ requestHandler: { ...requestHandler, requestTimeout: 60_000 } });
    return { client, InvokeCommand };
  });
  return {
    async start(name, payload) {
      const { client, InvokeCommand } = await opened();
      const input = {
        FunctionName: name,
        InvocationType: 'Event' as const,
        Payload: JSON.stringify(payload),
      };
      await client.send(new InvokeCommand(input), { abortSignal: AbortSignal.timeout(10_000) });
    },
    async call(name, payload, { deadlineMs }) {
      const { client, InvokeCommand } = await opened();
      const abortSignal = AbortSignal.timeout(Math.max(1, Math.min(60_000, deadlineMs - Date.now())));
      const input = { FunctionName: name, Payload: JSON.stringify(payload) };
      const reply = await client.send(new InvokeCommand(input), { abortSignal }).catch((error: unknown) => {
        throw new TuwenError('internal', `${name} could not be invoked`, { retryable: true, cause: error });
      });
      if (reply.FunctionError)
        throw new TuwenError('internal', `${name} failed: ${reply.FunctionError}`, { retryable: true });
      return JSON.parse(new TextDecoder().decode(reply.Payload));
    },
  };
}

const secretTtlMs = 5 * 60_000;

/** Values of secrets, remembered for five minutes so that a rotated one takes effect; failures are not remembered. */
export function createSecretReader(clock: () => number = Date.now): (id: string) => Promise<string> {
  const client = new SecretsManagerClient({ requestHandler });
  const known = new Map<string, { value: string; readMs: number }>();
  return async (id) => {
    const remembered = known.get(id);
    if (remembered && clock() - remembered.readMs < secretTtlMs) return remembered.value;
    const { SecretString: value } = await client.send(new GetSecretValueCommand({ SecretId: id }), {
      abortSignal: AbortSignal.timeout(10_000),
    });
    if (!value) throw new TuwenError('internal', 'expected a secret with a string value, found none');
    known.set(id, { value, readMs: clock() });
    return value;
  };
}

// The SDK reads it as well; here it decides how buckets are addressed.
// biome-ignore lint/style/noProcessEnv: the SDK's own setting.
const endpoint = (name: string): string | undefined => process.env[name] ?? process.env.AWS_ENDPOINT_URL;
