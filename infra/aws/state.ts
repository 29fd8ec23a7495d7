import type { RemovalPolicy } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { AccessKeys } from './access-keys.ts';
import { TuwenBucket } from './bucket.ts';
import { CatalogTables } from './tables.ts';

export interface StateProps {
  readonly uploadDays: number;
  readonly origins: readonly string[];
  readonly removalPolicy: RemovalPolicy;
}

/** All that would be missed if it were gone; everything else of the stack can be made anew. */
export class State extends Construct {
  readonly bucket: TuwenBucket;
  readonly tables: CatalogTables;
  readonly keys: AccessKeys;

  constructor(scope: Construct, id: string, props: StateProps) {
    super(scope, id);
    const { removalPolicy } = props;
    this.bucket = new TuwenBucket(this, 'Objects', props);
    this.tables = new CatalogTables(this, 'Tables', { removalPolicy });
    this.keys = new AccessKeys(this, 'Keys', { removalPolicy });
  }
}
