import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { TuwenStack } from '../../../infra/aws/stack.ts';
import { type FunctionName, functionNames } from '../../../infra/bundles.ts';
import { readDeploymentSettings } from '../../../infra/settings.ts';

/** A resource of the template, its references as text: `${LogicalId}` or `${LogicalId.Attribute}`. */
export interface Resource {
  readonly logicalId: string;
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is CloudFormation's, and each test looks at a few properties.
  readonly Properties: any;
  readonly [field: string]: unknown;
}

export interface Synthesized {
  readonly app: App;
  readonly stack: TuwenStack;
  readonly template: Template;
  /** All resources of a type. */
  resources(type: string): Resource[];
  /** The one resource whose logical id begins so. */
  resource(type: string, beginning: string): Resource;
  /** The template as CloudFormation gets it. */
  readonly json: string;
}

const synthesized = new Map<string, Synthesized>();

/**
 * The stack with stand-ins for the bundles, and the context of cdk.json but for the check of the template, which is
 * `npm run synth`'s and takes longer than all else. The same for all that ask for the same.
 */
export function synthesize(context: Readonly<Record<string, unknown>> = {}): Synthesized {
  const key = JSON.stringify(context);
  const known = synthesized.get(key) ?? synthesizeAnew(context);
  synthesized.set(key, known);
  return known;
}

function synthesizeAnew(context: Readonly<Record<string, unknown>>): Synthesized {
  const folder = mkdtempSync(join(tmpdir(), 'tuwen-stack-'));
  try {
    const directoryOf = (name: string): string => {
      const directory = join(folder, name);
      mkdirSync(directory);
      writeFileSync(join(directory, 'handler.mjs'), `export const handler = () => '${name}';\n`);
      return directory;
    };
    const bundles = Object.fromEntries(functionNames.map((name) => [name, directoryOf(name)]));
    const file = JSON.parse(readFileSync(new URL('../../../cdk.json', import.meta.url), 'utf8'));
    const outdir = join(folder, 'cdk.out');
    const app = new App({ context: file.context, outdir, builtinCloudFormationValidation: false });
    const stack = new TuwenStack(app, 'Tuwen', {
      settings: readDeploymentSettings(context),
      bundles: bundles as Record<FunctionName, string>,
    });
    const template = Template.fromStack(stack);
    const all = Object.entries(template.toJSON().Resources as Record<string, Resource>).map(
      ([logicalId, resource]) => readable({ ...resource, logicalId }) as Resource,
    );
    const resources = (type: string) => all.filter(({ Type }) => Type === type);
    return {
      app,
      stack,
      template,
      json: JSON.stringify(template.toJSON()),
      resources,
      resource(type, beginning) {
        const found = resources(type).filter(({ logicalId }) => logicalId.startsWith(beginning));
        if (found.length !== 1)
          throw new Error(
            `expected one ${type} ${beginning}, found ${found.map(({ logicalId }) => logicalId)}`,
          );
        return found[0]!;
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Replaces CloudFormation's functions by what they stand for, as text. */
function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value);
  const [name, argument] = fields.length === 1 ? fields[0]! : [];
  if (name === 'Ref') return `\${${argument}}`;
  if (name === 'Fn::GetAtt') return `\${${(argument as string[]).join('.')}}`;
  if (name === 'Fn::Join') {
    const [separator, parts] = argument as [string, unknown[]];
    return parts.map(readable).join(separator);
  }
  return Object.fromEntries(fields.map(([field, inner]) => [field, readable(inner)]));
}
