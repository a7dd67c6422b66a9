import { spawnSync } from 'node:child_process';

/** Runs a program with a small file system of its own at `folder`, which nobody else sees and which goes with it. */
function withDevice(folder: string, megabytes: number, program: readonly string[]) {
  const mount = `mount -t tmpfs -o size=${megabytes}m tmpfs "$1" && shift && exec "$@"`;
  const args = ['--user', '--map-root-user', '--mount', 'sh', '-c', mount, 'sh', folder, ...program];
  return spawnSync('unshare', args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
}

/** Whether this machine lets a test make a device that can be full: Linux with user namespaces. Tests that need one are skipped elsewhere. */
export function hasSmallDevices(): boolean {
  return process.platform === 'linux' && withDevice('/mnt', 1, ['true']).status === 0;
}

/**
 * Runs a module with a device of so many megabytes at `folder`, and gives what its default export says, as JSON.
 *
 * @param script - text of the module; it prints one line of JSON at its end
 */
export function onSmallDevice(folder: string, megabytes: number, script: string): unknown {
  const node = [process.execPath, '--conditions=@ctrflow/source', '--import=tsx', '--input-type=module', '-e', script];
  const { stdout, stderr, status } = withDevice(folder, megabytes, node);
  if (status !== 0) throw new Error(`a small device: status ${status}: ${stderr}`);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}
