import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { ImportEnvironment } from '../../functions/import/env.ts';
import { BundledFunction, type FunctionDefaults } from './bundled-function.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';
import { ObjectEvents } from './object-events.ts';
import type { State } from './state.ts';

export interface ImportProps {
  readonly defaults: FunctionDefaults;
  readonly bundle: string;
  readonly state: State;
}

/** Files under `imports/`: their rows become items. What takes more than one invocation goes on in the next. */
export class Import extends Construct {
  readonly function: BundledFunction<ImportEnvironment>;

  constructor(scope: Construct, id: string, { defaults, bundle, state }: ImportProps) {
    super(scope, id);
    const { bucket, tables } = state;
    const failed = new DeadLetterQueue(this, 'Failed', { alarms: defaults.alarms, of: 'Imports' });
    this.function = new BundledFunction<ImportEnvironment>(this, 'Import', {
      defaults,
      bundle,
      continuation: { failures: failed.queue },
      description: 'Tuwen: brings rows of JSONL and CSV files into the catalog',
      memoryMb: 512,
      timeout: Duration.minutes(15),
      environment: {
        TUWEN_BUCKET: bucket.name,
        TUWEN_ITEMS_TABLE: tables.name('items'),
        TUWEN_PICTURES_TABLE: tables.name('pictures'),
        TUWEN_RUNS_TABLE: tables.name('runs'),
      },
    });
    const { role } = this.function;
    bucket.grant(role, {
      // catalog/ for pictures that rows name by URL: to see whether one is there, to store it, and to delete it when
      // the row names it no more.
      read: ['imports/*', 'catalog/*'],
      write: ['imports/*.report.json', 'catalog/*'],
      delete: ['catalog/*'],
    });
    tables.grant(role, { items: ['get', 'write'], pictures: ['get', 'write'], runs: ['get', 'write'] });
    this.function.alarmOnErrors('Imports ended in errors: look into the log. The queue will try again.');
    new ObjectEvents(this, 'Files', {
      bucket,
      // A report that we write ourselves comes along, and is left alone by the function.
      prefix: 'imports/',
      kinds: ['Object Created'],
      target: this.function,
      // A file takes as long as an invocation may.
      batchSize: 1,
      window: Duration.seconds(0),
      concurrency: 2,
      maxReceives: 3,
      alarms: defaults.alarms,
    });
  }
}
