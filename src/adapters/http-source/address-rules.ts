import { BlockList, isIP, isIPv4 } from 'node:net';

/** Which servers may be asked for files. */
export interface AddressRules {
  /** Whether this address may be connected to under this name. */
  mayReach(address: string, host: string): boolean;
  mayUsePort(port: number): boolean;
}

/** Not of the public internet (IANA's registries of special purposes), nor a cloud's own servers at public addresses. */
const CLOSED_V4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4', '168.63.129.16/32'],
];

/** What is not here is closed: mapped, translated (64:ff9b::/96), local and link-local ones lead to addresses of another kind. */
const OPEN_V6 = ['2000::/3'];
const CLOSED_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

/**
 * Public addresses, and what an operator allows besides: addresses, networks (`10.0.0.0/8`) and names, whose addresses
 * are then whatever they are.
 */
export function createAddressRules(options: {
  readonly allow: readonly string[];
  readonly ports: readonly number[];
}): AddressRules {
  const [names, networks] = [new Set<string>(), new BlockList()];
  for (const entry of options.allow)
    if (isNetwork(entry)) add(networks, entry);
    else names.add(entry.toLowerCase());
  const closedV4 = listOf(CLOSED_V4);
  const [openV6, closedV6] = [listOf(OPEN_V6), listOf(CLOSED_V6)];

  return {
    mayUsePort: (port) => options.ports.includes(port),
    mayReach(address, host) {
      // A scope (`fe80::1%eth0`) is nothing that the lists know.
      if (isIP(address) === 0) return false;
      if (names.has(host.toLowerCase())) return true;
      if (isIPv4(address)) return networks.check(address) || !closedV4.check(address);
      const isOpen = openV6.check(address, 'ipv6') && !closedV6.check(address, 'ipv6');
      return isOpen || networks.check(address, 'ipv6');
    },
  };
}

/** An address or a network, and no name. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0 || address.includes('%')) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) add(list, network);
  return list;
}

function add(list: BlockList, network: string): void {
  const [address = '', bits] = network.split('/');
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  list.addSubnet(address, bits === undefined ? (family === 'ipv4' ? 32 : 128) : Number(bits), family);
}
