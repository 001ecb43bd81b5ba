#pragma once

#include <bpf/btf.h>
#include <napi.h>

#include <cstdint>
#include <optional>
#include <string>

// A global variable of the program: its section is also the name of the map that holds it.
struct Global {
  std::string section;
  uint32_t offset;
  uint32_t size;
};

std::optional<Global> FindGlobal(const btf* types, const std::string& name);

// {size, members: [[name, offset, size], …]} of a struct, members of anonymous structs and unions included.
// Throws a BpfError where the struct is absent or has bit fields.
Napi::Object StructLayout(Napi::Env env, const btf* types, const std::string& name);
