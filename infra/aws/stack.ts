import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { FunctionName } from '../bundles.ts';
import { routes } from '../routes.ts';
import type { DeploymentSettings } from '../settings.ts';
import { Alarms } from './alarms.ts';
import type { FunctionDefaults } from './bundled-function.ts';
import { Catalog } from './catalog.ts';
import { Embedder } from './embedder.ts';
import { HttpEndpoint } from './http-endpoint.ts';
import { Import } from './import.ts';
import { Ingest } from './ingest.ts';
import { Reindex } from './reindex.ts';
import { Search } from './search.ts';
import { State } from './state.ts';
import { Web } from './web.ts';

export interface TuwenStackProps extends StackProps {
  readonly settings: DeploymentSettings;
  /** A directory for each function, with `handler.mjs` in it. */
  readonly bundles: Readonly<Record<FunctionName, string>>;
}

/** Tuwen on AWS: what is kept, what runs on it, and what sets that going. */
export class TuwenStack extends Stack {
  constructor(scope: Construct, id: string, { settings, bundles, ...props }: TuwenStackProps) {
    super(scope, id, { description: 'Tuwen: search across pictures and words', ...props });
    const { searchMemoryMb, searchRows, searchStorageMb, uploadDays, logDays, allowedOrigins } = settings;

    const alarms = new Alarms(this, 'Alarms', { topicArn: settings.alarmTopicArn });
    const http = new HttpEndpoint(this, 'Http', {
      allowedOrigins,
      requestsPerSecond: settings.requestsPerSecond,
      logDays,
      alarms,
    });
    const state = new State(this, 'State', {
      uploadDays,
      // Our own page uploads from the browser too.
      origins: [http.url, ...allowedOrigins],
      removalPolicy: settings.removalPolicy === 'destroy' ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });

    const defaults: FunctionDefaults = {
      architecture: settings.architecture === 'arm64' ? Architecture.ARM_64 : Architecture.X86_64,
      logDays,
      tracing: settings.tracing,
      alarms,
    };
    const embedder = new Embedder(this, 'Embedder', { settings });
    const search = new Search(this, 'Search', {
      defaults,
      bundle: bundles.search,
      state,
      embedder,
      memoryMb: searchMemoryMb,
      rows: searchRows,
      threads: settings.searchThreads,
      storageMb: searchStorageMb,
    });
    new Ingest(this, 'Ingest', {
      defaults,
      bundle: bundles.ingest,
      state,
      embedder,
      search,
      uploadDays,
      concurrency: settings.ingestConcurrency,
    });
    new Import(this, 'Import', { defaults, bundle: bundles.import, state });
    const reindex = new Reindex(this, 'Reindex', {
      defaults,
      bundle: bundles.reindex,
      state,
      embedder,
      searchMemoryMb,
      searchRows,
      searchStorageMb,
      keepVersions: settings.keepVersions,
      everyMinutes: settings.schedule,
    });
    const catalog = new Catalog(this, 'Catalog', { defaults, bundle: bundles.catalog, state, reindex });
    const web = new Web(this, 'Web', { defaults, bundle: bundles.web, state });
    http.serve(routes, {
      search: search.function.function,
      catalog: catalog.function.function,
      web: web.function.function,
    });

    const readSecret = (arn: string) =>
      `aws secretsmanager get-secret-value --region ${this.region} --secret-id ${arn} --query SecretString --output text`;
    new CfnOutput(this, 'Endpoint', { value: http.url, description: 'Where the API and the page are' });
    new CfnOutput(this, 'BucketName', {
      value: state.bucket.name,
      description: 'Where pictures and imports go',
    });
    new CfnOutput(this, 'ReadSearchKey', {
      value: readSecret(state.keys.search.secretArn),
      description: 'Prints the key that may search',
    });
    new CfnOutput(this, 'ReadAdminKey', {
      value: readSecret(state.keys.admin.secretArn),
      description: 'Prints the key that may do all',
    });
  }
}
