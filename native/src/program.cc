#include "program.h"

#include <link.h>
#include <sys/mman.h>

#include <algorithm>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "mapping.h"

namespace {

struct Range {
  uintptr_t begin;
  uintptr_t end;
};

// What the linker maps without leave to write and never writes to: neither data nor what is read-only after relocation.
std::vector<Range> ConstantSegments() {
  std::vector<Range> ranges;
  const auto first = [](dl_phdr_info* program, size_t, void* found) {
    for (int i = 0; i < program->dlpi_phnum; i++) {
      const ElfW(Phdr)& segment = program->dlpi_phdr[i];
      if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
      const uintptr_t begin = program->dlpi_addr + segment.p_vaddr;
      static_cast<std::vector<Range>*>(found)->push_back({begin, begin + segment.p_memsz});
    }
    return 1;  // the first is the program, those after it are its libraries
  };
  dl_iterate_phdr(first, &ranges);
  return ranges;
}

// What is mapped of the program's file without leave to write, as proc(5) has it. Not what `--use-largepages` has put there.
std::vector<Range> FileMappings() {
  std::error_code error;  // Then there is no path, which is that of no file.
  const std::string program = std::filesystem::read_symlink("/proc/self/exe", error);
  std::vector<Range> ranges;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    Range range{};
    char write = 0;
    int path = 0;
    const int found = sscanf(line.c_str(), "%" SCNxPTR "-%" SCNxPTR " %*c%c%*s %*s %*s %*s %n", &range.begin, &range.end,
                             &write, &path);
    if (found == 3 && path > 0 && write == '-' && !program.empty() && line.compare(path, std::string::npos, program) == 0)
      ranges.push_back(range);
  }
  return ranges;
}

}  // namespace

void UnmapProgram() {
  const std::vector<Range> segments = ConstantSegments();
  for (const auto& [begin, end] : FileMappings()) {
    for (const Range& segment : segments) {
      if (begin < segment.begin || begin >= segment.end) continue;
      // Whole pages only: the next segment, which may be written to, may begin in the last.
      const size_t bytes = (std::min(segment.end, end) - begin) / PageSize() * PageSize();
      madvise(reinterpret_cast<void*>(begin), bytes, MADV_DONTNEED);
    }
  }
}
