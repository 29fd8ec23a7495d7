import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { WebEnvironment } from '../../functions/web/env.ts';
import { BundledFunction, type FunctionDefaults } from './bundled-function.ts';
import type { State } from './state.ts';

export interface WebProps {
  readonly defaults: FunctionDefaults;
  readonly bundle: string;
  readonly state: State;
}

/** Pages, the API's document, and everything unknown. May nothing. */
export class Web extends Construct {
  readonly function: BundledFunction<WebEnvironment>;

  constructor(scope: Construct, id: string, { defaults, bundle, state }: WebProps) {
    super(scope, id);
    this.function = new BundledFunction<WebEnvironment>(this, 'Web', {
      defaults,
      bundle,
      description: 'Tuwen: pages and the API document',
      memoryMb: 256,
      timeout: Duration.seconds(10),
      // Without permission for the bucket: the page only has to be allowed to show what presigned URLs show.
      environment: { TUWEN_BUCKET_URL: `https://${state.bucket.bucket.bucketRegionalDomainName}` },
    });
  }
}
