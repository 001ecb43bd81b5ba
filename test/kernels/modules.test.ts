import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadOrder } from './modules.js';

const dep = `kernel/fs/9p/9p.ko.xz: kernel/fs/netfs/netfs.ko.xz kernel/net/9p/9pnet.ko.xz
kernel/net/9p/9pnet_virtio.ko.xz: kernel/net/9p/9pnet.ko.xz kernel/drivers/virtio/virtio_ring.ko.xz kernel/drivers/virtio/virtio.ko.xz
kernel/fs/overlayfs/overlay.ko.xz:
kernel/drivers/block/virtio-blk.ko.xz:
`;

test('each module comes after those that it needs, and once', () => {
  assert.deepEqual(loadOrder(['9pnet_virtio', '9p'], dep, ''), [
    'kernel/drivers/virtio/virtio.ko.xz',
    'kernel/drivers/virtio/virtio_ring.ko.xz',
    'kernel/net/9p/9pnet.ko.xz',
    'kernel/net/9p/9pnet_virtio.ko.xz',
    'kernel/fs/netfs/netfs.ko.xz',
    'kernel/fs/9p/9p.ko.xz',
  ]);
});

test('what is built in is not loaded, and a dash in a file name is an underscore in its name', () => {
  const builtin = 'kernel/drivers/virtio/virtio_pci.ko\n';
  assert.deepEqual(loadOrder(['virtio_pci', 'virtio_blk'], dep, builtin), [
    'kernel/drivers/block/virtio-blk.ko.xz',
  ]);
});

test('a module that the kernel does not have is named', () => {
  assert.throws(() => loadOrder(['overlay', 'ext5'], dep, ''), /no module ext5/);
});
