/** Of `<asm/unistd.h>`: what each call is on x86_64 and on aarch64, which lacks what came before `clone`. */
const none = undefined;
const numbers = {
  fork: [57, none],
  vfork: [58, none],
  clone: [56, 220],
  clone3: [435, 435],
  setsid: [112, 157],
  setpgid: [109, 154],
  ptrace: [101, 117],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  process_madvise: [440, 440],
  process_mrelease: [448, 448],
  kcmp: [312, 272],
  pidfd_open: [434, 434],
  pidfd_getfd: [438, 438],
  pidfd_send_signal: [424, 424],
  unshare: [272, 97],
  setns: [308, 268],
  mount: [165, 40],
  umount2: [166, 39],
  pivot_root: [155, 41],
  chroot: [161, 51],
  mount_setattr: [442, 442],
  move_mount: [429, 429],
  open_tree: [428, 428],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fspick: [433, 433],
  name_to_handle_at: [303, 264],
  open_by_handle_at: [304, 265],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  keyctl: [250, 219],
  add_key: [248, 217],
  request_key: [249, 218],
  bpf: [321, 280],
  perf_event_open: [298, 241],
  userfaultfd: [323, 282],
  io_uring_setup: [425, 425],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  init_module: [175, 105],
  finit_module: [313, 273],
  delete_module: [176, 106],
  kexec_load: [246, 104],
  kexec_file_load: [320, 294],
  acct: [163, 89],
  swapon: [167, 224],
  swapoff: [168, 225],
  reboot: [169, 142],
  settimeofday: [164, 170],
  clock_settime: [227, 112],
  syslog: [103, 116],
  fanotify_init: [300, 262],
  vhangup: [153, 58],
  personality: [135, 92],
  modify_ldt: [154, none],
  iopl: [172, none],
  ioperm: [173, none],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  move_pages: [279, 239],
  migrate_pages: [256, 238],
  memfd_create: [319, 279],
  memfd_secret: [447, 447],
  shmget: [29, 194],
  shmat: [30, 196],
  semget: [64, 190],
  msgget: [68, 186],
  mq_open: [240, 180],
  socket: [41, 198],
  socketpair: [53, 199],
  kill: [62, 129],
  tkill: [200, 130],
  tgkill: [234, 131],
  rt_sigqueueinfo: [129, 138],
  rt_tgsigqueueinfo: [297, 240],
  prlimit64: [302, 261],
  setpriority: [141, 140],
  ioprio_set: [251, 30],
  sched_setaffinity: [203, 122],
  sched_setscheduler: [144, 119],
  sched_setparam: [142, 118],
  sched_setattr: [314, 274],
  prctl: [157, 167],
  fcntl: [72, 25],
  ioctl: [16, 29],
} as const satisfies Readonly<Record<string, readonly [number, number | undefined]>>;

export type SystemCall = keyof typeof numbers;
export const callNames = Object.keys(numbers) as readonly SystemCall[];

/** A machine's calls, as filters of them see it. */
export interface CallTable {
  /** `AUDIT_ARCH_…`. */
  readonly architecture: number;
  /** Numbers from here on belong to another way of calling, which nobody uses. */
  readonly endsAt: number;
  readonly numberOf: (call: SystemCall) => number | undefined;
}

const tables: Readonly<Record<string, CallTable>> = {
  x64: { architecture: 0xc000_003e, endsAt: 0x4000_0000, numberOf: (call) => numbers[call][0] },
  arm64: { architecture: 0xc000_00b7, endsAt: 0x4000_0000, numberOf: (call) => numbers[call][1] },
};

/** By Node's name of the processor; undefined where we do not know them. */
export const callTableOf = (processor: string): CallTable | undefined => tables[processor];
