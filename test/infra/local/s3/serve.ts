import { createS3Server } from '../../../../infra/local/s3/server.ts';
import { CREDENTIALS, REGION } from './credentials.ts';

// A process of its own, for the test that kills it: node --import tsx serve.ts <directory>
const [directory = ''] = process.argv.slice(2);
const server = createS3Server({
  directory,
  buckets: ['tuwen'],
  region: REGION,
  credentials: CREDENTIALS,
  // Never done: what is told here is owed for ever.
  onObjectEvent: () => new Promise(() => {}),
});
const { port } = await server.listen(0);
process.stdout.write(`${port}\n`);
