#!/usr/bin/env node
// Plain JavaScript, so that npm can run it from a fresh clone; all else is TypeScript.
import { runProgram } from '../program.mjs';

await runProgram('infra/cli/main.ts', { withPackages: true });
