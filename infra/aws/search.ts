import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { SearchEnvironment } from '../../functions/search/env.ts';
import { BundledFunction, type FunctionDefaults } from './bundled-function.ts';
import { type Embedder, modelStorage } from './embedder.ts';
import type { State } from './state.ts';

export interface SearchProps {
  readonly defaults: FunctionDefaults;
  readonly bundle: string;
  readonly state: State;
  readonly embedder: Embedder;
  readonly memoryMb: number;
}

/** Holds the index in memory and answers; read-only throughout. */
export class Search extends Construct {
  readonly function: BundledFunction<SearchEnvironment>;

  constructor(scope: Construct, id: string, { defaults, bundle, state, embedder, memoryMb }: SearchProps) {
    super(scope, id);
    this.function = new BundledFunction<SearchEnvironment>(this, 'Search', {
      defaults,
      bundle,
      description: 'Tuwen: search by words and pictures',
      memoryMb,
      // The HTTP API ends a request at 30 s.
      timeout: Duration.seconds(29),
      storage: modelStorage,
      environment: {
        TUWEN_BUCKET: state.bucket.name,
        TUWEN_ITEMS_TABLE: state.tables.name('items'),
        TUWEN_PICTURES_TABLE: state.tables.name('pictures'),
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
