import { serveHttp } from '../http/lambda.ts';
import { createLog } from '../log.ts';
import { readSettings } from '../settings.ts';
import { createWebApp } from './app.ts';
import { webEnvironment } from './env.ts';

readSettings(webEnvironment, process.env);

export const handler = serveHttp(createWebApp({ log: createLog('web') }));
