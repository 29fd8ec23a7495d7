import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ReindexEnvironment } from '../../functions/reindex/env.ts';
import type { DeploymentSettings } from '../settings.ts';
import { BundledFunction, type FunctionDefaults } from './bundled-function.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { type Embedder, indexStorage } from './embedder.ts';
import { RebuildSchedule } from './rebuild-schedule.ts';
import type { State } from './state.ts';

export interface ReindexProps {
  readonly defaults: FunctionDefaults;
  readonly bundle: string;
  readonly state: State;
  readonly embedder: Embedder;
  readonly searchMemoryMb: number;
  readonly searchRows: DeploymentSettings['searchRows'];
  readonly searchStorageMb: number;
  readonly keepVersions: number;
  readonly everyMinutes: number;
}

/** Embeds what is new, builds versions of the index and makes them live. */
export class Reindex extends Construct {
  readonly function: BundledFunction<ReindexEnvironment>;

  constructor(scope: Construct, id: string, props: ReindexProps) {
    super(scope, id);
    const { defaults, bundle, state, embedder, searchMemoryMb } = props;
    const { bucket, tables } = state;
    const failed = new DeadLetterQueue(this, 'Failed', { alarms: defaults.alarms, of: 'Rebuilding' });
    this.function = new BundledFunction<ReindexEnvironment>(this, 'Reindex', {
      defaults,
      bundle,
      continuation: { failures: failed.queue },
      description: 'Tuwen: embeds what is new and publishes versions of the index',
      // It holds the vectors that search holds, as search does, and no less than a core to embed with.
      memoryMb: Math.max(1769, searchMemoryMb),
      timeout: Duration.minutes(15),
      storage: indexStorage(props.searchStorageMb),
      environment: {
        TUWEN_BUCKET: bucket.name,
        TUWEN_ITEMS_TABLE: tables.name('items'),
        TUWEN_PICTURES_TABLE: tables.name('pictures'),
        TUWEN_EMBEDDINGS_TABLE: tables.name('embeddings'),
        TUWEN_RUNS_TABLE: tables.name('runs'),
        TUWEN_SEARCH_MEMORY_MB: String(searchMemoryMb),
        TUWEN_SEARCH_ROWS: props.searchRows,
        TUWEN_SEARCH_STORAGE_MB: String(props.searchStorageMb),
        TUWEN_KEEP_VERSIONS: String(props.keepVersions),
        ...embedder.environment,
      },
    });
    const { role } = this.function;
    bucket.grant(role, {
      read: ['index/*', 'models/*', 'derived/*', 'catalog/*'],
      write: ['index/*', 'models/*', 'derived/*'],
      delete: ['index/*'],
    });
    tables.grant(role, {
      items: ['get', 'list', 'write'],
      pictures: ['get', 'write'],
      embeddings: ['get', 'write'],
      runs: ['get', 'write'],
    });
    embedder.grantRead(role);
    this.function.alarmOnErrors(
      'Rebuilding ended in errors: look into its log. The schedule will try again.',
    );
    new RebuildSchedule(this, 'Timer', {
      target: this.function,
      everyMinutes: props.everyMinutes,
      failures: failed.queue,
    });
  }
}
