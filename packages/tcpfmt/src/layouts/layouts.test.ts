test('a failed connect says why, and what has no name to be asked for has no query', () => {
  const failed = { ...connect, type: 'failed', errno: 'ECONNREFUSED', query: null };
  const [, plain] = lines(tracerColumns(), failed);
  assert.equal(
    plain,
    'F  31346  systemd-resolved 4  192.0.2.1        198.51.100.7     40000  443    ECONNREFUSED',
  );
  const [, named, accepted] = lines(tracerColumns({ dns: true }), failed, { ...connect, type: 'accept' });
  assert.match(named!, /443 {4}No DNS Query ECONNREFUSED$/);
  assert.match(accepted!, /443 {4}$/);
});
