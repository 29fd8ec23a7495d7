#!/usr/bin/env node
// Plain JavaScript, so that npm can run it from a fresh clone; all else is TypeScript, run as `npm start` runs it.
import { register } from 'tsx/esm/api';

register();
await import('./main.ts');
