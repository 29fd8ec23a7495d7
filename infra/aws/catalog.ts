import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { CatalogEnvironment } from '../../functions/catalog/env.ts';
import { BundledFunction, type FunctionDefaults } from './bundled-function.ts';
import type { Reindex } from './reindex.ts';
import type { State } from './state.ts';

export interface CatalogProps {
  readonly defaults: FunctionDefaults;
  readonly bundle: string;
  readonly state: State;
  readonly reindex: Reindex;
}

/** Items, uploads, matches and the administration of the index. */
export class Catalog extends Construct {
  readonly function: BundledFunction<CatalogEnvironment>;

  constructor(scope: Construct, id: string, { defaults, bundle, state, reindex }: CatalogProps) {
    super(scope, id);
    this.function = new BundledFunction<CatalogEnvironment>(this, 'Catalog', {
      defaults,
      bundle,
      description: 'Tuwen: items, uploads, matches and index administration',
      memoryMb: 512,
      timeout: Duration.seconds(29),
      environment: {
        TUWEN_BUCKET: state.bucket.name,
        TUWEN_ITEMS_TABLE: state.tables.name('items'),
        TUWEN_PICTURES_TABLE: state.tables.name('pictures'),
        TUWEN_MATCHES_TABLE: state.tables.name('matches'),
        TUWEN_RUNS_TABLE: state.tables.name('runs'),
        TUWEN_REINDEX_FUNCTION: reindex.function.function.functionName,
        ...state.keys.environment,
      },
    });
    const { role } = this.function;
    state.bucket.grant(role, {
      // uploads/ and catalog/ to see whether a picture is there; derived/ and the writing of pictures for presigned
      // URLs, and of those that items name by URL.
      read: ['uploads/*', 'catalog/*', 'derived/*', 'index/*'],
      write: ['uploads/*', 'catalog/*', 'index/current.json'],
      delete: ['catalog/*'],
    });
    state.tables.grant(role, {
      items: ['get', 'list', 'write'],
      pictures: ['get', 'write'],
      matches: ['get'],
      runs: ['get', 'write'],
    });
    state.keys.grantRead(role);
    reindex.function.grantInvoke(role);
  }
}
