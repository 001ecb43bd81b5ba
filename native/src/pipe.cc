#include "pipe.h"

#include <fcntl.h>

unsigned WidenPipe(int fd, unsigned bytes) {
  const int before = fcntl(fd, F_GETPIPE_SZ);
  if (before < 0) return 0;
  if (static_cast<unsigned>(before) >= bytes) return before;
  const int after = fcntl(fd, F_SETPIPE_SZ, bytes);
  return after < 0 ? before : after;
}
