import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { TuwenStack } from './aws/stack.ts';
import { bundleFunctions } from './bundles.ts';
import { readDeploymentSettings } from './settings.ts';

/** What `cdk synth` and `cdk deploy` run: bundles the functions, then writes the stack around them. */
const app = new App();
const settings = orEnd(() => readDeploymentSettings(app.node.getAllContext()));
const { architecture } = settings;
const bundles = await bundleFunctions({
  outDirectory: `dist/functions-${architecture}`,
  architecture,
}).catch(end);

new TuwenStack(app, settings.stackName, { settings, bundles });
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
app.synth();

function orEnd<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    return end(error);
  }
}

/** One line that says what is wrong is of more use here than where in our code it was found. */
function end(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
