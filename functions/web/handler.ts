import { join } from 'node:path';
import { serveHttp } from '../http/lambda.ts';
import { createLog } from '../log.ts';
import { readSettings } from '../settings.ts';
import { createWebApp } from './app.ts';
import { readAssets } from './assets.ts';
import { webEnvironment } from './env.ts';

const settings = readSettings(webEnvironment, process.env);

export const handler = serveHttp(
  createWebApp({
    log: createLog('web'),
    assets: readAssets(join(import.meta.dirname, 'assets')),
    bucketUrl: settings.TUWEN_BUCKET_URL,
  }),
);
