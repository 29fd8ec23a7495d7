import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { IngestEnvironment } from '../../functions/ingest/env.ts';
import { BundledFunction, type FunctionDefaults } from './bundled-function.ts';
import { type Embedder, modelStorage } from './embedder.ts';
import { ObjectEvents } from './object-events.ts';
import type { Search } from './search.ts';
import type { State } from './state.ts';

export interface IngestProps {
  readonly defaults: FunctionDefaults;
  readonly bundle: string;
  readonly state: State;
  readonly embedder: Embedder;
  readonly search: Search;
  readonly uploadDays: number;
  /** Invocations at a time for each of the two queues. */
  readonly concurrency: number;
}

/** With twelve minutes in between, the last delivery comes within the hour that a match is waited for. */
const maxReceives = 4;

/** Pictures that arrive: those under `uploads/` are matched, those under `catalog/` become part of their item. */
export class Ingest extends Construct {
  readonly function: BundledFunction<IngestEnvironment>;

  constructor(scope: Construct, id: string, props: IngestProps) {
    super(scope, id);
    const { defaults, bundle, state, embedder, search, concurrency } = props;
    const { bucket, tables } = state;
    this.function = new BundledFunction<IngestEnvironment>(this, 'Ingest', {
      defaults,
      bundle,
      description: 'Tuwen: checks, normalises, embeds and matches pictures that arrive',
      // A whole core. Fifty megapixels decoded take 200 MB.
      memoryMb: 1769,
      timeout: Duration.minutes(2),
      storage: modelStorage,
      environment: {
        TUWEN_BUCKET: bucket.name,
        TUWEN_ITEMS_TABLE: tables.name('items'),
        TUWEN_PICTURES_TABLE: tables.name('pictures'),
        TUWEN_EMBEDDINGS_TABLE: tables.name('embeddings'),
        TUWEN_MATCHES_TABLE: tables.name('matches'),
        TUWEN_SEARCH_FUNCTION: search.function.function.functionName,
        TUWEN_MAX_RECEIVES: String(maxReceives),
        TUWEN_UPLOAD_DAYS: String(props.uploadDays),
        ...embedder.environment,
      },
    });
    const { role } = this.function;
    bucket.grant(role, {
      read: ['uploads/*', 'catalog/*', 'derived/*', 'models/*', 'index/current.json'],
      write: ['derived/*'],
    });
    tables.grant(role, {
      items: ['get', 'write'],
      pictures: ['get', 'write'],
      embeddings: ['get', 'write'],
      matches: ['get', 'write'],
    });
    embedder.grantRead(role);
    search.function.grantInvoke(role);
    this.function.alarmOnErrors('Ingest ended in errors: look into its log. Its queues will try again.');

    const { alarms } = defaults;
    const events = {
      bucket,
      kinds: ['Object Created', 'Object Deleted'],
      target: this.function,
      concurrency,
      maxReceives,
      alarms,
    } as const;
    // Somebody waits for the match of an upload; a catalog is better taken in full batches.
    new ObjectEvents(this, 'Uploads', {
      ...events,
      prefix: 'uploads/',
      batchSize: 5,
      window: Duration.seconds(0),
    });
    new ObjectEvents(this, 'Pictures', {
      ...events,
      prefix: 'catalog/',
      batchSize: 10,
      window: Duration.seconds(2),
    });
  }
}
