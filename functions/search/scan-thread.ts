import { workerData } from 'node:worker_threads';
import { runScanThread } from '../../shared/index/scan-thread.ts';

// A file of its own beside handler.mjs: a thread that looks at rows needs none of the rest.
runScanThread(workerData);
