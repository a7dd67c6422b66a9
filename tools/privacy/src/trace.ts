/** What strace wrote about a process and all that it started: the sockets that reach beyond the processes of this machine. */

/** `PID socket(AF_INET, SOCK_DGRAM, ...) = 3`, also where strace has parted the line; `socketpair` connects a process with itself. */
const SOCKET = /^(\d+)\s+(?:\S+\s+)?socket\((\w+)/;

/** The lines that open a socket of another family than AF_UNIX. */
export function sockets(trace: string): string[] {
  return trace.split('\n').filter((line) => {
    const family = SOCKET.exec(line)?.[2];
    return family !== undefined && family !== 'AF_UNIX' && family !== 'AF_LOCAL';
  });
}

/** The process that strace started: the first that it wrote about. */
export function firstProcess(trace: string): number | undefined {
  const pid = /^(\d+)\s/.exec(trace)?.[1];
  return pid === undefined ? undefined : Number(pid);
}
