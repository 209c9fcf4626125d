import type { CallTable, SystemCall } from './system-calls.js';

/** A call that is refused with an error; with `when`, only if all of its conditions hold. */
export interface Refusal {
  readonly call: SystemCall;
  readonly error: number;
  readonly when?: readonly ArgumentTest[];
}

/** Of an argument, counted from 0, its lower half: none that is looked at has more. */
export type ArgumentTest = { readonly argument: number } & (
  | { readonly is: number }
  | { readonly isNot: number }
  | { readonly lacks: number }
);

/** `struct sock_filter` and what is used of its language (`<linux/filter.h>`). */
interface Instruction {
  readonly code: number;
  readonly ifTrue?: number;
  readonly ifFalse?: number;
  readonly value: number;
}
const load = (offset: number): Instruction => ({ code: 0x20, value: offset });
const isEqual = (value: number, ifTrue: number, ifFalse: number) => ({ code: 0x15, ifTrue, ifFalse, value });
const isAtLeast = (value: number, ifTrue: number, ifFalse: number) => ({
  ...{ code: 0x35, ifTrue, ifFalse, value },
});
const hasAnyOf = (value: number, ifTrue: number, ifFalse: number) => ({ code: 0x45, ifTrue, ifFalse, value });
const answer = (value: number): Instruction => ({ code: 0x06, value });

/** `struct seccomp_data`. */
const numberOffset = 0;
const architectureOffset = 4;
const argumentOffset = (index: number) => 16 + 8 * index;

const allow = 0x7fff_0000;
const killProcess = 0x8000_0000;
const refuse = (error: number) => 0x0005_0000 | error;
const ENOSYS = 38;

/**
 * A seccomp program for these refusals, as the kernel takes it: everything else is allowed, and calls by the rules of
 * another processor end the process. Pure.
 */
export function assembleFilter(table: CallTable, refusals: readonly Refusal[]): Uint8Array {
  const program = [
    load(architectureOffset),
    isEqual(table.architecture, 1, 0),
    answer(killProcess),
    load(numberOffset),
    isAtLeast(table.endsAt, 0, 1),
    answer(refuse(ENOSYS)),
    ...refusals.flatMap((refusal) => assembleRefusal(table, refusal)),
    answer(allow),
  ];
  const bytes = Buffer.alloc(program.length * 8);
  for (const [index, { code, ifTrue = 0, ifFalse = 0, value }] of program.entries()) {
    const at = index * 8;
    bytes.writeUInt16LE(code, at);
    bytes.writeUInt8(ifTrue, at + 2);
    bytes.writeUInt8(ifFalse, at + 3);
    bytes.writeUInt32LE(value >>> 0, at + 4);
  }
  return bytes;
}

/** Begins and ends with the call's number loaded. */
function assembleRefusal(table: CallTable, { call, error, when = [] }: Refusal): readonly Instruction[] {
  const number = table.numberOf(call);
  if (number === undefined) return [];
  const refused = answer(refuse(error));
  if (when.length === 0) return [isEqual(number, 0, 1), refused];
  const tests = when.flatMap((test, index) => {
    // Over the tests that are left, and the refusal.
    const toEnd = 2 * (when.length - index - 1) + 1;
    return [load(argumentOffset(test.argument)), testThat(test, toEnd)];
  });
  const body = [...tests, refused, load(numberOffset)];
  return [isEqual(number, 0, body.length), ...body];
}

function testThat(test: ArgumentTest, otherwise: number): Instruction {
  if ('is' in test) return isEqual(test.is, 0, otherwise);
  if ('isNot' in test) return isEqual(test.isNot, otherwise, 0);
  return hasAnyOf(test.lacks, otherwise, 0);
}
