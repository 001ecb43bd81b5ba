#include "node-file.h"

#include <link.h>
#include <napi.h>
#include <sys/mman.h>

#include <algorithm>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "mapping.h"

namespace {

struct Range {
  uintptr_t begin;
  uintptr_t end;
  bool Holds(uintptr_t address) const { return begin <= address && address < end; }
};

// Of the file that Node is in, the program or a libnode: what is mapped without leave to write, and
// so was never written to. Not what is read-only only after its relocation.
std::vector<Range> ConstantSegments() {
  std::vector<Range> ranges;
  const auto lookAt = [](dl_phdr_info* file, size_t, void* found) {
    bool isNode = false;
    std::vector<Range> constant;
    for (int i = 0; i < file->dlpi_phnum; i++) {
      const ElfW(Phdr)& segment = file->dlpi_phdr[i];
      if (segment.p_type != PT_LOAD) continue;
      const uintptr_t begin = file->dlpi_addr + segment.p_vaddr;
      const Range range{begin / PageSize() * PageSize(), begin + segment.p_memsz};
      if (range.Holds(reinterpret_cast<uintptr_t>(&napi_get_undefined))) isNode = true;
      if ((segment.p_flags & PF_W) == 0) constant.push_back(range);
    }
    if (isNode) *static_cast<std::vector<Range>*>(found) = constant;
    return isNode ? 1 : 0;
  };
  dl_iterate_phdr(lookAt, &ranges);
  return ranges;
}

// Where files are mapped without leave to write (proc(5)): not where `--use-largepages` has put a copy of Node.
std::vector<Range> FileMappings() {
  std::vector<Range> ranges;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    Range range{};
    char write = 0;
    uint64_t inode = 0;
    const int found = sscanf(line.c_str(), "%" SCNxPTR "-%" SCNxPTR " %*c%c%*s %*s %*s %" SCNu64, &range.begin, &range.end,
                             &write, &inode);
    if (found == 4 && write == '-' && inode != 0) ranges.push_back(range);
  }
  return ranges;
}

}  // namespace

void UnmapNodeFile() {
  const std::vector<Range> segments = ConstantSegments();
  for (const Range& mapping : FileMappings()) {
    for (const Range& segment : segments) {
      if (!segment.Holds(mapping.begin)) continue;
      // Whole pages only: the next segment, which may be written to, may begin in the last.
      const size_t bytes = (std::min(segment.end, mapping.end) - mapping.begin) / PageSize() * PageSize();
      madvise(reinterpret_cast<void*>(mapping.begin), bytes, MADV_DONTNEED);
    }
  }
}
