#include "btf.h"

#include <cerrno>
#include <cstring>

#include "error.h"

namespace {

// Appends the members of struct or union `id`, which starts at byte `base` of the outermost struct.
void AppendMembers(Napi::Array members, const btf* types, uint32_t id, uint32_t base, const std::string& name) {
  const Napi::Env env = members.Env();
  const btf_type* type = btf__type_by_id(types, id);
  for (uint32_t i = 0; i < btf_vlen(type); i++) {
    const btf_member& member = btf_members(type)[i];
    const std::string field = btf__name_by_offset(types, member.name_off);
    const uint32_t bits = btf_member_bit_offset(type, i);
    if (btf_member_bitfield_size(type, i) != 0 || bits % 8 != 0)
      throw BpfError(env, "open", ENOTSUP, "struct " + name + ": " + field + " is a bit field");
    const uint32_t offset = base + bits / 8;
    if (field.empty()) {
      AppendMembers(members, types, static_cast<uint32_t>(btf__resolve_type(types, member.type)), offset, name);
      continue;
    }
    const int64_t size = btf__resolve_size(types, member.type);
    if (size < 0)
      throw BpfError(env, "open", static_cast<int>(size), "struct " + name + ": size of " + field + " is unknown");
    const Napi::Array entry = Napi::Array::New(env, 3);
    entry.Set(0u, field);
    entry.Set(1u, offset);
    entry.Set(2u, static_cast<double>(size));
    members.Set(members.Length(), entry);
  }
}

}  // namespace

std::optional<Global> FindGlobal(const btf* types, const std::string& name) {
  for (uint32_t id = 1; id < btf__type_cnt(types); id++) {
    const btf_type* section = btf__type_by_id(types, id);
    if (!btf_is_datasec(section)) continue;
    for (uint32_t i = 0; i < btf_vlen(section); i++) {
      const btf_var_secinfo& place = btf_var_secinfos(section)[i];
      const btf_type* variable = btf__type_by_id(types, place.type);
      if (name != btf__name_by_offset(types, variable->name_off)) continue;
      return Global{btf__name_by_offset(types, section->name_off), place.offset, place.size};
    }
  }
  return std::nullopt;
}

Napi::Object StructLayout(Napi::Env env, const btf* types, const std::string& name) {
  const int id = btf__find_by_name_kind(types, name.c_str(), BTF_KIND_STRUCT);
  if (id < 0) throw BpfError(env, "open", ENOENT, "struct " + name + " is not in the object's BTF");
  const Napi::Array members = Napi::Array::New(env);
  AppendMembers(members, types, static_cast<uint32_t>(id), 0, name);
  const Napi::Object layout = Napi::Object::New(env);
  layout.Set("size", btf__type_by_id(types, static_cast<uint32_t>(id))->size);
  layout.Set("members", members);
  return layout;
}
