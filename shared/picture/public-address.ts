import ipaddr from 'ipaddr.js';

/**
 * Whether an address lies in the public internet. Refused are private, loopback, link-local (where clouds
 * keep their metadata), shared, documentation and reserved ranges, multicast, and every IPv6 form that
 * carries an IPv4 address in it (mapped, 6to4, NAT64, Teredo), since that could be any of those.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== 'unicast') return false;
  // Of IPv6 only 2000::/3 is given out; what else counts as unicast there is not for the public.
  return parsed instanceof ipaddr.IPv4 || (parsed.parts[0]! & 0xe000) === 0x2000;
}
