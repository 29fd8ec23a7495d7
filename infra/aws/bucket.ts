import { Duration, type RemovalPolicy, Stack, Validations } from 'aws-cdk-lib';
import { Effect, type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  HttpMethods,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';

export interface TuwenBucketProps {
  readonly uploadDays: number;
  /** Origins of pages that upload from a browser. */
  readonly origins: readonly string[];
  readonly removalPolicy: RemovalPolicy;
}

/** Keys by their beginning, such as `index/*`, or exact ones. */
export interface ObjectAccess {
  readonly read?: readonly string[];
  readonly write?: readonly string[];
  readonly delete?: readonly string[];
}

/** Pictures, imports, models and the versions of the index: the one bucket. */
export class TuwenBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: TuwenBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, 'Bucket', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      removalPolicy: props.removalPolicy,
      lifecycleRules: [
        {
          id: 'uploads',
          prefix: 'uploads/',
          expiration: Duration.days(props.uploadDays),
          noncurrentVersionExpiration: Duration.days(1),
        },
        // Index versions are removed by us when they are old; here only what a mistake removed is kept a while.
        { id: 'index', prefix: 'index/', noncurrentVersionExpiration: Duration.days(7) },
        {
          id: 'everything',
          noncurrentVersionExpiration: Duration.days(30),
          expiredObjectDeleteMarker: true,
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      cors: [
        {
          allowedOrigins: [...props.origins],
          allowedMethods: [HttpMethods.PUT, HttpMethods.POST, HttpMethods.GET, HttpMethods.HEAD],
          allowedHeaders: ['*'],
          exposedHeaders: ['ETag'],
          maxAge: 3600,
        },
      ],
    });
    // The L2's own switch for this is a custom resource with a Python function; the property alone does it too.
    const resource = this.bucket.node.defaultChild as CfnBucket;
    resource.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };

    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'Server access logs keep the query string, and with it every presigned URL that was used. ' +
        'Who needs an audit trail takes data events of CloudTrail, which leave signatures out.',
    });
  }

  get name(): string {
    return this.bucket.bucketName;
  }

  /**
   * Also lets the role list the bucket: S3 answers 403 rather than 404 for an object that is not there to
   * whoever may not, and a condition on the prefix would not hold for those requests, which have none.
   */
  grant(role: IRole, access: ObjectAccess): void {
    this.#allow(role, ['s3:GetObject'], access.read);
    this.#allow(role, ['s3:PutObject', 's3:AbortMultipartUpload'], access.write);
    this.#allow(role, ['s3:DeleteObject'], access.delete);
    role.addToPrincipalPolicy(
      new PolicyStatement({
        effect: Effect.ALLOW,
        actions: ['s3:ListBucket'],
        resources: [this.bucket.bucketArn],
      }),
    );
  }

  #allow(role: IRole, actions: string[], keys: readonly string[] = []): void {
    if (keys.length === 0) return;
    const resources = keys.map((key) => this.bucket.arnForObjects(key));
    role.addToPrincipalPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions, resources }));
    const name = Stack.of(this).getLogicalId(this.bucket.node.defaultChild as CfnBucket);
    for (const key of keys.filter((key) => key.includes('*')))
      Validations.of(role).acknowledge({
        id: `AwsSolutions-IAM5[Resource::<${name}.Arn>/${key}]`,
        reason: `Objects under ${key} come and go; the function works on all of them and on nothing beside them.`,
      });
  }
}
