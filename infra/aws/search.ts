import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { SearchEnvironment } from '../../functions/search/env.ts';
import type { DeploymentSettings } from '../settings.ts';
import { BundledFunction, type FunctionDefaults } from './bundled-function.ts';
import { type Embedder, indexStorage } from './embedder.ts';
import type { State } from './state.ts';

export interface SearchProps {
  readonly defaults: FunctionDefaults;
  readonly bundle: string;
  readonly state: State;
  readonly embedder: Embedder;
  readonly memoryMb: number;
  readonly rows: DeploymentSettings['searchRows'];
  readonly threads: DeploymentSettings['searchThreads'];
  /** Of its disk, for fp16 rows. */
  readonly storageMb: number;
}

/** Holds the index in memory and answers; read-only throughout. */
export class Search extends Construct {
  readonly function: BundledFunction<SearchEnvironment>;

  constructor(scope: Construct, id: string, props: SearchProps) {
    super(scope, id);
    const { defaults, bundle, state, embedder, memoryMb, storageMb } = props;
    this.function = new BundledFunction<SearchEnvironment>(this, 'Search', {
      defaults,
      bundle,
      description: 'Tuwen: search by words and pictures',
      memoryMb,
      // The HTTP API ends a request at 30 s.
      timeout: Duration.seconds(29),
      storage: indexStorage(storageMb),
      environment: {
        TUWEN_BUCKET: state.bucket.name,
        TUWEN_ITEMS_TABLE: state.tables.name('items'),
        TUWEN_PICTURES_TABLE: state.tables.name('pictures'),
        TUWEN_SEARCH_ROWS: props.rows,
        TUWEN_SEARCH_THREADS: String(props.threads),
        TUWEN_SEARCH_STORAGE_MB: String(storageMb),
        ...state.keys.environment,
        ...embedder.environment,
      },
    });
    const { role } = this.function;
    // derived/ because a presigned URL may do what its signer may.
    state.bucket.grant(role, { read: ['index/*', 'models/*', 'uploads/*', 'catalog/*', 'derived/*'] });
    state.tables.grant(role, { items: ['get'], pictures: ['get'] });
    state.keys.grantRead(role);
    embedder.grantRead(role);
    this.function.alarmOnErrors(
      'Search ended in errors: look into its log. Too little memory shows as a killed runtime.',
    );
  }
}
