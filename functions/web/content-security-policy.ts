/**
 * What the page may load: its own files, and pictures from and to the bucket. Nothing inline, nothing of anybody
 * else, and no string of a catalog ever becomes markup.
 *
 * @param bucketUrl where a browser reaches the bucket; only its origin counts
 */
export function contentSecurityPolicy(bucketUrl: string): string {
  const bucket = new URL(bucketUrl).origin;
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    // blob: is a picture that was just chosen and has not been sent anywhere.
    `img-src 'self' blob: ${bucket}`,
    `connect-src 'self' ${bucket}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}
