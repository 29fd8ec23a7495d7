/** For startStack: ports that are free, and no function that a test does not ask for. */
export const freeStack = { port: 0, s3Port: 0, dynamodbPort: 0, warmAll: false } as const;
