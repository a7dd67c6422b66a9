import { expect, test } from 'vitest';
import { firstProcess, sockets } from '../src/trace';

// As strace 6.1 wrote them: of one thread, of another whose line was parted, of a socket within the machine.
const trace = `15667 openat(AT_FDCWD, "/etc/ld.so.cache", O_RDONLY|O_CLOEXEC) = 3
15667 socketpair(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0, [4, 5]) = 0
15667 socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, 0) = 24
15668 socket(AF_INET6, SOCK_DGRAM, IPPROTO_IP) = 24
15669 socket(AF_INET, SOCK_DGRAM|SOCK_CLOEXEC|SOCK_NONBLOCK, IPPROTO_IP <unfinished ...>
15669 <... socket resumed>) = 25
15669 connect(25, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("10.0.0.1")}, 16) = 0
15670 socket(AF_NETLINK, SOCK_RAW|SOCK_CLOEXEC, NETLINK_ROUTE) = 26
`;

test('finds every socket that is not local, of each thread', () => {
  expect(sockets(trace).map((line) => /AF_\w+/.exec(line)?.[0])).toEqual(['AF_INET6', 'AF_INET', 'AF_NETLINK']);
  expect(sockets(trace.split('\n').slice(0, 3).join('\n'))).toEqual([]);
});

test('knows the first process', () => {
  expect(firstProcess(trace)).toBe(15667);
  expect(firstProcess('')).toBeUndefined();
});
