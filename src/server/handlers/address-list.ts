/** A list of addresses and CIDR blocks, IPv4 and IPv6, as the configuration names them. */
import { BlockList, isIP, isIPv6 } from 'node:net';

export class AddressList {
  readonly #list = new BlockList();

  /** Expects what the configuration's check has let through. A zone (`fe80::1%eth0`) is left out: it names an interface of one machine. */
  constructor(blocks: readonly string[]) {
    for (const block of blocks) {
      const [text, bits] = block.split('/');
      const address = withoutZone(text);
      const family = isIPv6(address) ? 'ipv6' : 'ipv4';
      if (bits === undefined) this.#list.addAddress(address, family);
      else this.#list.addSubnet(address, Number(bits), family);
    }
  }

  /** In any spelling: an IPv4 address may be written, here and in a block, as the IPv6 one that maps it. What is no address is not in it. */
  has(address: string): boolean {
    const version = isIP(address);
    if (version === 0) return false;
    if (version === 6) return this.#list.check(withoutZone(address), 'ipv6');
    return this.#list.check(address, 'ipv4') || this.#list.check(`::ffff:${address}`, 'ipv6');
  }
}

function withoutZone(address: string): string {
  return address.split('%')[0];
}
