import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { type TableDefinition, type TableName, tables } from '../../shared/catalog/tables.ts';

/** `get` by key, `list` page by page (indexes too), `write`. */
export type TableAccess = readonly ('get' | 'list' | 'write')[];

/** The tables of the catalog, as shared/catalog/tables.ts describes them. */
export class CatalogTables extends Construct {
  readonly #tables: Readonly<Record<TableName, Table>>;

  constructor(scope: Construct, id: string, props: { readonly removalPolicy: RemovalPolicy }) {
    super(scope, id);
    const create = (name: TableName) => this.#create(name, tables[name], props.removalPolicy);
    this.#tables = {
      items: create('items'),
      pictures: create('pictures'),
      embeddings: create('embeddings'),
      matches: create('matches'),
      runs: create('runs'),
    };
  }

  name(table: TableName): string {
    return this.#tables[table].tableName;
  }

  grant(role: IRole, access: Partial<Readonly<Record<TableName, TableAccess>>>): void {
    for (const [name, kinds] of Object.entries(access) as [TableName, TableAccess][]) {
      const { tableArn } = this.#tables[name];
      const indexArns = tables[name].indexes.map((index) => `${tableArn}/index/${index.name}`);
      for (const kind of kinds)
        role.addToPrincipalPolicy(
          new PolicyStatement({
            actions: actionsOf[kind],
            resources: kind === 'list' ? [tableArn, ...indexArns] : [tableArn],
          }),
        );
    }
  }

  #create(name: TableName, definition: TableDefinition, removalPolicy: RemovalPolicy): Table {
    const { partitionKey, timeToLive, indexes } = definition;
    const table = new Table(this, `${name[0]!.toUpperCase()}${name.slice(1)}`, {
      partitionKey: { name: partitionKey, type: AttributeType.STRING },
      ...(timeToLive && { timeToLiveAttribute: timeToLive }),
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: removalPolicy === RemovalPolicy.RETAIN,
      removalPolicy,
    });
    for (const index of indexes)
      table.addGlobalSecondaryIndex({
        indexName: index.name,
        partitionKey: { name: index.partitionKey, type: AttributeType.STRING },
        projectionType: ProjectionType.INCLUDE,
        nonKeyAttributes: [...index.projected],
      });
    return table;
  }
}

const actionsOf = {
  get: ['dynamodb:GetItem', 'dynamodb:BatchGetItem'],
  list: ['dynamodb:Scan', 'dynamodb:Query'],
  write: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem'],
};
