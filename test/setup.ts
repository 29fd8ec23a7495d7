import { optimiseLater } from '../infra/optimise-later.mjs';

optimiseLater();
// Who loads first, Node's fetch or the undici of the packages, decides by which of the two all requests of a
// process go. In a test it is Node's, whatever was imported before by another test of the same worker.
await fetch('data:,');
