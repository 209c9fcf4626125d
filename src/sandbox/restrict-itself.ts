/**
 * Gives up, before it becomes another program, whatever it can give up without any right: Landlock takes all files from it
 * but those below the paths named, and a seccomp program on descriptor 5 the calls that it refuses. Descriptors 0 and 6
 * may be opened again. In a domain of Landlock's nobody looks into processes outside of it, either.
 */
const script = String.raw`
my $prctl = shift() + 0;
sub check { my ($what, $answer) = @_; return $answer if $answer >= 0; die "$what: $!\n"; }
open(my $in, "<&=", 5) or die "no filter: $!\n";
binmode $in;
my $filter = do { local $/; <$in> };
close $in;
my $version = check("Landlock", syscall(444, 0, 0, 1));
my $all = 0x1fff | ($version >= 2 ? 1 << 13 : 0) | ($version >= 3 ? 1 << 14 : 0);
my $rules = check("Landlock", syscall(444, pack("Q", $all), 8, 0));
sub allow {
  my ($rights, $fd, $isFolder) = @_;
  $rights &= 0x4007 unless $isFolder;
  check("Landlock", syscall(445, $rules, 1, pack("Ql", $rights & $all, $fd), 0));
}
# Execute, read and list; write, read, list, make and remove files and folders, but no links, pipes or devices.
my %rights = (read => 0xd, write => 0x61be);
allow($rights{read}, $_, 0) for grep { -f "/proc/self/fd/$_" } 0, 6;
while ((my $mode = shift) ne "--") {
  my $path = shift;
  sysopen(my $place, $path, 0x200000) or next;
  allow($rights{$mode}, fileno($place), -d $path);
}
check("no_new_privs", syscall($prctl, 38, 1, 0, 0, 0));
check("Landlock", syscall(446, $rules, 0));
check("seccomp", syscall($prctl, 22, 2, pack("S x6 P", length($filter) / 8, $filter), 0, 0));
exec { $ARGV[0] } @ARGV or die "$ARGV[0]: $!\n";
`;

export interface OpenPaths {
  readonly read: readonly string[];
  readonly write: readonly string[];
}

/** What starts a program so, to be put before it and its arguments. */
export const restrictedByItself = (perl: string, { read, write }: OpenPaths): readonly string[] => [
  ...[perl, '-e', script, String(process.arch === 'arm64' ? 167 : 157)],
  ...read.flatMap((path) => ['read', path]),
  ...write.flatMap((path) => ['write', path]),
  '--',
];
