import { BlockList, isIP } from 'node:net';

/** Whether a text is one address, or a range of them in CIDR notation (RFC 4632, RFC 4291 2.3). */
export function isAddressRange(text: string): boolean {
  return parse(text) !== undefined;
}

/** The ranges as one list; what is none of them is left out, the configuration has refused it before. */
export function addressList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const { address, prefix, family } of ranges.flatMap((range) => parse(range) ?? [])) {
    list.addSubnet(address, prefix, family);
  }
  return list;
}

function parse(text: string) {
  const [address = '', prefixText, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || address.includes('%') || rest.length > 0) return undefined;
  const bits = version === 4 ? 32 : 128;
  if (prefixText !== undefined && !/^\d{1,3}$/.test(prefixText)) return undefined;
  const prefix = prefixText === undefined ? bits : Number(prefixText);
  return prefix > bits ? undefined : ({ address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' } as const);
}
