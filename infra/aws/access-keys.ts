import { type RemovalPolicy, Validations } from 'aws-cdk-lib';
import type { IRole } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { SearchEnvironment } from '../../functions/search/env.ts';
import type { Environment } from '../../functions/settings.ts';

/**
 * The keys of those who call, made at random when the stack is. A secret each, since Secrets Manager makes
 * up one value a secret; so either can be handed out, guarded or replaced alone.
 */
export class AccessKeys extends Construct {
  readonly search: Secret;
  readonly admin: Secret;

  constructor(scope: Construct, id: string, props: { readonly removalPolicy: RemovalPolicy }) {
    super(scope, id);
    const generate = (name: string, description: string) =>
      new Secret(this, name, {
        description,
        removalPolicy: props.removalPolicy,
        // 43 letters and digits: 256 bits.
        generateSecretString: { passwordLength: 43, excludePunctuation: true, includeSpace: false },
      });
    this.search = generate('Search', 'Tuwen: the key that may search, read items, upload and read matches');
    this.admin = generate('Admin', 'Tuwen: the key that may do all');
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason:
        'Callers hold these keys, so only their owner knows when to replace them. Put a new value; functions ' +
        'take it up within five minutes.',
    });
  }

  /** Settings of a function that checks keys. */
  get environment(): Pick<
    Environment<SearchEnvironment>,
    'TUWEN_SEARCH_KEY_SECRET_ID' | 'TUWEN_ADMIN_KEY_SECRET_ID'
  > {
    return {
      TUWEN_SEARCH_KEY_SECRET_ID: this.search.secretArn,
      TUWEN_ADMIN_KEY_SECRET_ID: this.admin.secretArn,
    };
  }

  grantRead(role: IRole): void {
    this.search.grantRead(role);
    this.admin.grantRead(role);
  }
}
