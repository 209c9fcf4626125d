import { type ArgumentTest, assembleFilter, type Refusal } from './call-filter.js';
import { callTableOf, type SystemCall } from './system-calls.js';

const EPERM = 1;
const ENOSYS = 38;
const CLONE_THREAD = 0x1_0000;
const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;

const refused = (...calls: readonly SystemCall[]): readonly Refusal[] =>
  calls.map((call) => ({ call, error: EPERM }));
const refusedWhen = (call: SystemCall, ...when: readonly ArgumentTest[]): Refusal => ({
  ...{ call, error: EPERM, when },
});

/** What no tool of ours needs, and whoever has taken it over would begin with. */
const refusals: readonly Refusal[] = [
  // Threads it may start, processes not: so a limit on one is a limit on all of it, and nobody is left behind.
  ...refused('fork', 'vfork'),
  refusedWhen('clone', { argument: 0, lacks: CLONE_THREAD }),
  // Its flags are behind a pointer, where no filter sees them. Without it libraries take `clone`.
  { call: 'clone3', error: ENOSYS },
  ...refused('setsid', 'setpgid'),
  // It is to die with whoever started it.
  refusedWhen('prctl', { argument: 0, is: PR_SET_PDEATHSIG }, { argument: 1, isNot: SIGKILL }),
  // Other processes.
  ...refused('ptrace', 'process_vm_readv', 'process_vm_writev', 'process_madvise', 'process_mrelease'),
  ...refused('kcmp', 'pidfd_open', 'pidfd_getfd', 'pidfd_send_signal'),
  // Other roots, users and views of the machine.
  ...refused('unshare', 'setns', 'mount', 'umount2', 'pivot_root', 'chroot'),
  ...refused('mount_setattr', 'move_mount', 'open_tree', 'open_tree_attr'),
  ...refused('fsopen', 'fsconfig', 'fsmount', 'fspick'),
  ...refused('name_to_handle_at', 'open_by_handle_at', 'quotactl', 'quotactl_fd'),
  // Large or young parts of the kernel.
  ...refused('keyctl', 'add_key', 'request_key', 'bpf', 'perf_event_open', 'userfaultfd'),
  ...refused('io_uring_setup', 'io_uring_enter', 'io_uring_register'),
  ...refused('init_module', 'finit_module', 'delete_module', 'kexec_load', 'kexec_file_load'),
  ...refused('acct', 'swapon', 'swapoff', 'reboot', 'settimeofday', 'clock_settime', 'syslog'),
  ...refused('fanotify_init', 'vhangup', 'personality', 'modify_ldt', 'iopl', 'ioperm'),
  ...refused('sethostname', 'setdomainname', 'move_pages', 'migrate_pages'),
  // Memory that is nobody's, and counted nowhere.
  ...refused('memfd_create', 'memfd_secret', 'shmget', 'shmat', 'semget', 'msgget', 'mq_open'),
  // Some kinds know no borders of a network.
  ...refused('socket', 'socketpair'),
];

const F_SETOWN = 8;
const F_SETSIG = 10;
const F_SETOWN_EX = 15;
const FIOSETOWN = 0x8901;
const SIOCSPGRP = 0x8902;
const PRIO_PROCESS = 0;
const IOPRIO_WHO_PROCESS = 1;
const unlessItself = (call: SystemCall, argument: number) => refusedWhen(call, { argument, isNot: 0 });

/** Where processes of the same user are in sight: no signal to any, nor anything else that is done by its number. */
const refusalsAmongOthers: readonly Refusal[] = [
  ...refused('kill', 'tkill', 'tgkill', 'rt_sigqueueinfo', 'rt_tgsigqueueinfo'),
  ...[F_SETOWN, F_SETSIG, F_SETOWN_EX].map((is) => refusedWhen('fcntl', { argument: 1, is })),
  ...[FIOSETOWN, SIOCSPGRP].map((is) => refusedWhen('ioctl', { argument: 1, is })),
  ...(['prlimit64', 'sched_setaffinity', 'sched_setscheduler'] as const).map((call) => unlessItself(call, 0)),
  ...(['sched_setparam', 'sched_setattr'] as const).map((call) => unlessItself(call, 0)),
  ...(['setpriority', 'ioprio_set'] as const).map((call) => unlessItself(call, 1)),
  // That number 0 stands for itself only where single processes are meant, and not its group or its user.
  refusedWhen('setpriority', { argument: 0, isNot: PRIO_PROCESS }),
  refusedWhen('ioprio_set', { argument: 0, isNot: IOPRIO_WHO_PROCESS }),
  // Landlock does not look at who changes a file’s mode, nor before Linux 6.2 at who empties it by its name.
  ...refused('truncate', 'setxattrat', 'removexattrat', 'file_setattr'),
  ...refused('chmod', 'fchmod', 'fchmodat', 'fchmodat2', 'chown', 'fchown', 'lchown', 'fchownat'),
  ...refused('utime', 'utimes', 'futimesat', 'utimensat', 'setxattr', 'lsetxattr', 'fsetxattr'),
  ...refused('removexattr', 'lremovexattr', 'fremovexattr'),
];

/** The filter of system calls for this machine's processor; undefined where we know none. */
export function forbiddenCalls(
  place: 'alone' | 'among others' = 'alone',
  processor: string = process.arch,
): Uint8Array | undefined {
  const table = process.platform === 'linux' ? callTableOf(processor) : undefined;
  return table && assembleFilter(table, [...refusals, ...(place === 'alone' ? [] : refusalsAmongOthers)]);
}
