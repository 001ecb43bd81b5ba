#include "clock.h"

#include <time.h>

#include <cstdint>
#include <limits>

namespace {

constexpr int kSamples = 5;

int64_t NowNs(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);  // cannot fail: both clocks exist since Linux 2.6.39
  return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

}  // namespace

// The two clocks cannot be read at one instant. Of several readings of the one between two of the other,
// the tightest was disturbed least.
double BootOffsetUs() {
  int64_t tightest = std::numeric_limits<int64_t>::max();
  int64_t offset = 0;
  for (int i = 0; i < kSamples; i++) {
    const int64_t before = NowNs(CLOCK_BOOTTIME);
    const int64_t real = NowNs(CLOCK_REALTIME);
    const int64_t after = NowNs(CLOCK_BOOTTIME);
    if (after - before >= tightest) continue;
    tightest = after - before;
    offset = real - (before + tightest / 2);
  }
  return static_cast<double>(offset / 1000);
}
