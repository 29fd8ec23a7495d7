export const CREDENTIALS = { accessKeyId: 'tuwen', secretAccessKey: 'tuwen-local' };
export const REGION = 'us-east-1';
