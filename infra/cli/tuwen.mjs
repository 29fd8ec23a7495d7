#!/usr/bin/env node
// Plain JavaScript, so that npm can run it from a fresh clone; all else is TypeScript.
import { optimiseLater } from '../optimise-later.mjs';
import { runProgram } from '../program.mjs';

optimiseLater();
await runProgram('infra/cli/main.ts', { withPackages: true });
