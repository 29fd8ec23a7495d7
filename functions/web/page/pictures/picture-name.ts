/** Of a name made from what the picture holds; 128 bits tell any two apart. */
const hashBytes = 16;

/**
 * What the picture is called under `catalog/<item id>/`: by its content, as the command line calls it, so that who
 * imports a file again, here or there, stores nothing twice.
 */
export async function pictureName(file: File): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer());
  const [extension = ''] = /\.[a-z0-9]{1,5}$/i.exec(file.name) ?? [];
  return `${hexadecimal(new Uint8Array(digest, 0, hashBytes))}${extension.toLowerCase()}`;
}

export const hexadecimal = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
