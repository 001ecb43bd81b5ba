import { shares } from './init.js';
import { treesDirectory } from './trees.js';

export interface Machine {
  /** Path of the kernel image. */
  image: string;
  /** Path of the initramfs. */
  initramfs: string;
  /** Names below `treesDirectory`; a later one covers an earlier. */
  trees: readonly string[];
  /** MiB. */
  memory: number;
  /** Path that the guest may write to. */
  directory: string;
}

/**
 * Emulated throughout: the same on every host, whatever virtualisation it allows. Both processors take turns in one
 * thread: with a thread each, QEMU before 8.1 may run an instruction that the kernel has just replaced, and a kernel that
 * patches its code (a tracepoint attached while the other processor connects) meets its own breakpoint and panics.
 */
const hardware =
  '-accel tcg,thread=single -cpu max -smp 2 -nic none -display none -monitor none -nodefaults -no-reboot'.split(
    ' ',
  );

/** Command line for QEMU, the console's device left to the caller. A kernel that panics ends it. */
export function qemuArguments({ image, initramfs, trees, memory, directory }: Machine): string[] {
  const kernelOptions = [
    'console=ttyS0',
    'panic=-1',
    'oops=panic',
    'quiet',
    // On a busy host the emulated timer can be late for the kernel's test of it, which then panics.
    'no_timer_check',
    `tcppipe.trees=${trees.join(',')}`,
  ];
  return [
    ...hardware,
    ...['-m', String(memory), '-kernel', image, '-initrd', initramfs, '-append', kernelOptions.join(' ')],
    ...share(shares.host, '/', 'readonly=on'),
    ...share(shares.trees, treesDirectory, 'readonly=on'),
    ...share(shares.run, directory, 'readonly=off'),
  ];
}

function share(tag: string, path: string, access: string): string[] {
  // A comma in a value of QEMU's is written twice.
  const backend = `local,id=${tag},path=${path.replaceAll(',', ',,')},security_model=none,multidevs=remap,${access}`;
  return ['-fsdev', backend, '-device', `virtio-9p-pci,fsdev=${tag},mount_tag=${tag}`];
}
