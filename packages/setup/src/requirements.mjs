/**
 * @typedef {'build' | 'test' | 'kernels'} Use what a package is needed for: `build` is building and running; `test` and
 *   `kernels`, the tests on other kernels, come on top
 * @typedef {'apt-get' | 'dnf' | 'pacman' | 'apk' | 'zypper'} Manager
 * @typedef {{ use: Use, purpose: string, file?: string, commands?: string[], packages: Record<Manager, string> }} Requirement
 *   `file` or all `commands` show that it is there, whoever installed it
 */

/** @type {Requirement[]} What the machine must have, and what each distribution calls it. The only such list. */
export const REQUIREMENTS = [
  {
    use: 'build',
    purpose: 'compiles the addon',
    commands: ['g++'],
    packages: { 'apt-get': 'g++', dnf: 'gcc-c++', pacman: 'gcc', apk: 'g++', zypper: 'gcc-c++' },
  },
  {
    use: 'build',
    purpose: 'drives both builds in C and C++',
    commands: ['make'],
    packages: { 'apt-get': 'make', dnf: 'make', pacman: 'make', apk: 'make', zypper: 'make' },
  },
  {
    use: 'build',
    purpose: 'runs node-gyp',
    commands: ['python3'],
    packages: { 'apt-get': 'python3', dnf: 'python3', pacman: 'python', apk: 'python3', zypper: 'python3' },
  },
  {
    use: 'build',
    purpose: 'compiles the BPF programs',
    commands: ['clang'],
    packages: { 'apt-get': 'clang', dnf: 'clang', pacman: 'clang', apk: 'clang', zypper: 'clang' },
  },
  {
    use: 'build',
    purpose: 'strips debug information from the BPF objects (llvm-strip)',
    commands: ['llvm-strip'],
    packages: { 'apt-get': 'llvm', dnf: 'llvm', pacman: 'llvm', apk: 'llvm', zypper: 'llvm' },
  },
  {
    use: 'build',
    purpose: 'loads BPF objects; the addon is linked with it',
    file: '/usr/include/bpf/libbpf.h',
    packages: {
      'apt-get': 'libbpf-dev',
      dnf: 'libbpf-devel',
      pacman: 'libbpf',
      apk: 'libbpf-dev',
      zypper: 'libbpf-devel',
    },
  },
  {
    use: 'build',
    purpose: 'ELF reader that libbpf uses',
    file: '/usr/include/libelf.h',
    packages: {
      'apt-get': 'libelf-dev',
      dnf: 'elfutils-libelf-devel',
      pacman: 'libelf',
      apk: 'elfutils-dev',
      zypper: 'libelf-devel',
    },
  },
  {
    use: 'build',
    purpose: 'decompressor that libelf uses',
    file: '/usr/include/zlib.h',
    packages: {
      'apt-get': 'zlib1g-dev',
      dnf: 'zlib-devel',
      pacman: 'zlib',
      apk: 'zlib-dev',
      zypper: 'zlib-devel',
    },
  },
  {
    use: 'build',
    purpose: 'kernel interface headers',
    file: '/usr/include/linux/bpf.h',
    packages: {
      'apt-get': 'linux-libc-dev',
      dnf: 'kernel-headers',
      pacman: 'linux-api-headers',
      apk: 'linux-headers',
      zypper: 'linux-glibc-devel',
    },
  },
  {
    use: 'test',
    purpose: 'shows that no BPF program or map is left behind',
    commands: ['bpftool'],
    packages: { 'apt-get': 'bpftool', dnf: 'bpftool', pacman: 'bpf', apk: 'bpftool', zypper: 'bpftool' },
  },
  {
    use: 'test',
    purpose: 'reads the records as users do',
    commands: ['jq'],
    packages: { 'apt-get': 'jq', dnf: 'jq', pacman: 'jq', apk: 'jq', zypper: 'jq' },
  },
  {
    use: 'test',
    purpose: 'reads tables as users do (mlr)',
    commands: ['mlr'],
    packages: { 'apt-get': 'miller', dnf: 'miller', pacman: 'miller', apk: 'miller', zypper: 'miller' },
  },
  {
    use: 'test',
    purpose: 'makes network namespaces and links (ip)',
    commands: ['ip'],
    packages: {
      'apt-get': 'iproute2',
      dnf: 'iproute',
      pacman: 'iproute2',
      apk: 'iproute2',
      zypper: 'iproute2',
    },
  },
  {
    use: 'test',
    purpose: 'a real DNS server',
    commands: ['dnsmasq'],
    packages: {
      'apt-get': 'dnsmasq-base',
      dnf: 'dnsmasq',
      pacman: 'dnsmasq',
      apk: 'dnsmasq',
      zypper: 'dnsmasq',
    },
  },
  {
    use: 'test',
    purpose: 'makes namespaces and gives up privileges (unshare, setpriv)',
    commands: ['unshare', 'setpriv'],
    packages: {
      'apt-get': 'util-linux',
      dnf: 'util-linux',
      pacman: 'util-linux',
      apk: 'util-linux-misc setpriv',
      zypper: 'util-linux',
    },
  },
  {
    use: 'test',
    purpose: 'checks and renders the man pages',
    commands: ['mandoc'],
    packages: { 'apt-get': 'mandoc', dnf: 'mandoc', pacman: 'mandoc', apk: 'mandoc', zypper: 'mandoc' },
  },
  {
    use: 'test',
    purpose: 'rotates log files',
    file: '/usr/sbin/logrotate',
    packages: {
      'apt-get': 'logrotate',
      dnf: 'logrotate',
      pacman: 'logrotate',
      apk: 'logrotate',
      zypper: 'logrotate',
    },
  },
  {
    use: 'kernels',
    purpose: 'emulates a machine for other kernels',
    commands: ['qemu-system-x86_64'],
    packages: {
      'apt-get': 'qemu-system-x86',
      dnf: 'qemu-system-x86-core',
      pacman: 'qemu-system-x86',
      apk: 'qemu-system-x86_64',
      zypper: 'qemu-x86',
    },
  },
  {
    use: 'kernels',
    purpose: "shell of the emulated machine's first program",
    file: '/bin/busybox',
    packages: {
      'apt-get': 'busybox-static',
      dnf: 'busybox',
      pacman: 'busybox',
      apk: 'busybox-static',
      zypper: 'busybox-static',
    },
  },
  {
    use: 'kernels',
    purpose: 'packs what an emulated machine starts from',
    commands: ['cpio'],
    packages: { 'apt-get': 'cpio', dnf: 'cpio', pacman: 'cpio', apk: 'cpio', zypper: 'cpio' },
  },
  {
    use: 'kernels',
    purpose: 'finds and loads kernel modules (depmod, modprobe)',
    commands: ['depmod', 'modprobe'],
    packages: { 'apt-get': 'kmod', dnf: 'kmod', pacman: 'kmod', apk: 'kmod', zypper: 'kmod' },
  },
  {
    use: 'kernels',
    purpose: 'unpacks kernel modules (unxz)',
    commands: ['unxz'],
    packages: { 'apt-get': 'xz-utils', dnf: 'xz', pacman: 'xz', apk: 'xz', zypper: 'xz' },
  },
  {
    use: 'kernels',
    purpose: 'unpacks kernel modules (unzstd)',
    commands: ['unzstd'],
    packages: { 'apt-get': 'zstd', dnf: 'zstd', pacman: 'zstd', apk: 'zstd', zypper: 'zstd' },
  },
];

/** @type {Record<Manager, string[]>} How each package manager is asked to install, packages to follow. */
export const INSTALL = {
  'apt-get': ['apt-get', 'install', '-y', '--no-install-recommends'],
  dnf: ['dnf', 'install'],
  pacman: ['pacman', '-S', '--needed'],
  apk: ['apk', 'add'],
  zypper: ['zypper', 'install'],
};

/**
 * Names of the packages to install for these uses, in the list's order.
 * @param {Manager} manager
 * @param {Use[]} uses
 * @param {(requirement: Requirement) => boolean} isPresent
 * @returns {string[]}
 */
export function missingPackages(manager, uses, isPresent) {
  return REQUIREMENTS.filter(
    requirement => uses.includes(requirement.use) && !isPresent(requirement),
  ).flatMap(requirement => requirement.packages[manager].split(' '));
}
