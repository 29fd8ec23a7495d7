import { Size } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { SearchEnvironment } from '../../functions/search/env.ts';
import type { Environment } from '../../functions/settings.ts';
import { type DeploymentSettings, modelStorageMb } from '../settings.ts';

/** Of /tmp, for a model that is too large for the bundle. */
export const modelStorage = Size.mebibytes(modelStorageMb);

/** The same, and for fp16 rows of the index. */
export const indexStorage = (searchStorageMb: number): Size =>
  Size.mebibytes(modelStorageMb + searchStorageMb);

type EmbedderEnvironment = Pick<
  Environment<SearchEnvironment>,
  | 'TUWEN_EMBEDDER'
  | 'TUWEN_ONNX_MODEL'
  | 'DASHSCOPE_SECRET_ID'
  | 'DASHSCOPE_BASE_URL'
  | 'DASHSCOPE_MODEL'
  | 'DASHSCOPE_DIMENSIONS'
>;

/**
 * What a function needs in order to embed: settings, and the right to read the provider's key. Settings of
 * a provider are handed on even where it is not the embedder: a version that it built may still be live.
 */
export class Embedder extends Construct {
  readonly #settings: DeploymentSettings;
  readonly #secret: ISecret | undefined;

  constructor(scope: Construct, id: string, props: { readonly settings: DeploymentSettings }) {
    super(scope, id);
    this.#settings = props.settings;
    const { dashscopeSecret } = props.settings;
    if (dashscopeSecret) this.#secret = findSecret(this, dashscopeSecret);
  }

  get environment(): EmbedderEnvironment {
    return {
      TUWEN_EMBEDDER: this.#settings.embedder,
      TUWEN_ONNX_MODEL: this.#settings.onnxModel,
      DASHSCOPE_SECRET_ID: this.#settings.dashscopeSecret,
      DASHSCOPE_BASE_URL: this.#settings.dashscopeBaseUrl,
      DASHSCOPE_MODEL: this.#settings.dashscopeModel,
      DASHSCOPE_DIMENSIONS: this.#settings.dashscopeDimensions?.toString(),
    };
  }

  grantRead(role: IRole): void {
    this.#secret?.grantRead(role);
  }
}

function findSecret(scope: Construct, nameOrArn: string): ISecret {
  if (!nameOrArn.startsWith('arn:')) return Secret.fromSecretNameV2(scope, 'DashScope', nameOrArn);
  // A complete ARN ends in the six characters that Secrets Manager adds to the name.
  return /-[A-Za-z0-9]{6}$/.test(nameOrArn)
    ? Secret.fromSecretCompleteArn(scope, 'DashScope', nameOrArn)
    : Secret.fromSecretPartialArn(scope, 'DashScope', nameOrArn);
}
