import { describe, expect, test } from 'vitest';
import { createAddressRules, isNetwork } from '../../../src/adapters/http-source/address-rules.js';

const HOST = 'files.example';
const rules = createAddressRules({ allow: [], ports: [80, 443] });

describe('without a word of the operator', () => {
  test.each([
    ...['127.0.0.1', '127.9.9.9', '0.0.0.0', '10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1'],
    ...['169.254.169.254', '169.254.0.1', '100.64.0.1', '100.127.255.255', '100.100.100.200', '192.0.0.192'],
    ...['224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255', '198.18.0.1', '192.0.2.1'],
    '168.63.129.16',
    ...['::', '::1', 'fe80::1', 'fe80::1%1', 'fc00::1', 'fd00:ec2::254', 'ff02::1', 'fec0::1'],
    ...[
      '::ffff:127.0.0.1',
      '::ffff:7f00:1',
      '::ffff:8.8.8.8',
      '::127.0.0.1',
      '64:ff9b::a9fe:a9fe',
      '64:ff9b::808:808',
    ],
    ...['64:ff9b:1::1', '2002:7f00:1::', '2001::1', '2001:db8::1', '3fff::1', '100::1', '5f00::1'],
    ...['', 'localhost', '1.2.3', '4294967296'],
  ])('%s is not reached', (address) => expect(rules.mayReach(address, HOST)).toBe(false));

  test.each([
    '8.8.8.8',
    '93.184.216.34',
    '172.32.0.1',
    '100.128.0.1',
    '2606:4700::1111',
    '2a00:1450:4001::1',
  ])('%s is reached', (address) => expect(rules.mayReach(address, HOST)).toBe(true));

  test('other ports than those of the web are not used', () => {
    expect([80, 443, 22, 6379, 8080].map(rules.mayUsePort)).toEqual([true, true, false, false, false]);
  });
});

describe('what an operator allows', () => {
  test('a network is reached, and nothing beside it', () => {
    const { mayReach } = createAddressRules({
      allow: ['10.20.0.0/16', 'fd00:1::/32', '192.168.1.5'],
      ports: [],
    });
    expect(['10.20.3.4', 'fd00:1::7', '192.168.1.5'].map((address) => mayReach(address, HOST))).toEqual([
      true,
      true,
      true,
    ]);
    expect(
      ['10.21.0.1', 'fd00:2::7', '192.168.1.6', '::1'].map((address) => mayReach(address, HOST)),
    ).toEqual([...[false, false, false, false]]);
  });

  test('a name is reached wherever it leads, and no other name with it', () => {
    const { mayReach } = createAddressRules({ allow: ['NAS.local'], ports: [] });
    expect(mayReach('10.0.0.9', 'nas.local')).toBe(true);
    expect(mayReach('10.0.0.9', 'other.local')).toBe(false);
    expect(mayReach('10.0.0.9', '10.0.0.9')).toBe(false);
  });
});

test.each([
  ...[
    ['10.0.0.0/8', true],
    ['10.0.0.1', true],
    ['fd00::/8', true],
    ['::1', true],
  ],
  ...[
    ['10.0.0.0/33', false],
    ['10.0.0.0/', false],
    ['10.0.0.0/8/8', false],
    ['nas.local', false],
    ['fe80::1%eth0', false],
  ],
] as [string, boolean][])('%s is a network: %s', (text, expected) => expect(isNetwork(text)).toBe(expected));
