// The scanner for JavaScript: an addon of its own, as filters need no libbpf.
#include <napi.h>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "scanner.h"

namespace {

Kind KindOf(const std::string& kind) {
  if (kind == "type") return Kind::kType;
  if (kind == "number") return Kind::kNumber;
  if (kind == "boolean") return Kind::kBoolean;
  if (kind == "string") return Kind::kText;
  return kind == "string or null" ? Kind::kTextOrNull : Kind::kJson;
}

std::vector<std::string> TextsOf(const Napi::Array& given) {
  std::vector<std::string> texts;
  for (uint32_t i = 0; i < given.Length(); i++) texts.push_back(given.Get(i).As<Napi::String>());
  return texts;
}

// The places in `keys` of those that name this field.
std::vector<size_t> KeysWith(const std::string& name, const Napi::Array& keys) {
  std::vector<size_t> found;
  for (uint32_t i = 0; i < keys.Length(); i++) {
    const std::vector<std::string> names = TextsOf(keys.Get(i).As<Napi::Array>());
    if (std::find(names.begin(), names.end(), name) != names.end()) found.push_back(i);
  }
  return found;
}

std::vector<Field> FieldsOf(const Napi::Array& given, const Napi::Array& keys) {
  std::vector<Field> fields;
  for (uint32_t i = 0; i < given.Length(); i++) {
    const Napi::Object field = given.Get(i).As<Napi::Object>();
    const std::string name = field.Get("name").As<Napi::String>();
    fields.push_back({ShortText('"' + name + "\":"), KindOf(field.Get("kind").As<Napi::String>()), KeysWith(name, keys)});
  }
  return fields;
}

std::vector<ShortText> TypesOf(const Napi::Array& given) {
  std::vector<ShortText> types;
  for (const std::string& name : TextsOf(given)) types.emplace_back('"' + name + '"');
  return types;
}

Napi::Value CreateScanner(const Napi::CallbackInfo& info) {
  const auto keys = info[2].As<Napi::Array>();
  auto scanner = std::make_shared<Scanner>(FieldsOf(info[0].As<Napi::Array>(), keys),
                                           TypesOf(info[1].As<Napi::Array>()), keys.Length());
  Napi::Function scan = Napi::Function::New(info.Env(), [scanner](const Napi::CallbackInfo& call) {
    const auto block = call[0].As<Napi::Uint8Array>();
    const size_t from = call[1].As<Napi::Number>().Uint32Value();
    auto rows = call[2].As<Napi::Float64Array>();
    const size_t size = block.ByteLength();
    if (from > size) return Napi::Number::New(call.Env(), 0);
    const size_t count = scanner->Scan(reinterpret_cast<const char*>(block.Data()), from, size, rows.Data(),
                                       rows.ElementLength() / scanner->width());
    return Napi::Number::New(call.Env(), static_cast<double>(count));
  });
  scan.Set("rowWidth", Napi::Number::New(info.Env(), static_cast<double>(scanner->width())));
  return scan;
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("createScanner", Napi::Function::New(env, CreateScanner));
  return exports;
}

}  // namespace

NODE_API_MODULE(scan, Init)
