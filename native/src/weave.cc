// Puts bytes of several sources one behind the other. An addon of its own, as small as what it does.
#include <napi.h>

#include <cstdint>
#include <cstring>
#include <vector>

namespace {

// What a piece is; the same in weave.ts.
constexpr size_t kNumbersPerPiece = 3;

struct Bytes {
  uint8_t* data;
  size_t length;
};

Bytes BytesOf(const Napi::Value& value) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint8_array)
    throw Napi::TypeError::New(value.Env(), "no Uint8Array");
  auto bytes = value.As<Napi::Uint8Array>();
  return {bytes.Data(), bytes.ByteLength()};
}

std::vector<Bytes> SourcesOf(const Napi::Value& value) {
  if (!value.IsArray()) throw Napi::TypeError::New(value.Env(), "no sources");
  const auto given = value.As<Napi::Array>();
  std::vector<Bytes> sources;
  for (uint32_t i = 0; i < given.Length(); i++) sources.push_back(BytesOf(given.Get(i)));
  return sources;
}

Napi::Uint32Array PiecesOf(const Napi::Value& value) {
  if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != napi_uint32_array)
    throw Napi::TypeError::New(value.Env(), "no Uint32Array");
  return value.As<Napi::Uint32Array>();
}

Napi::Value Weave(const Napi::CallbackInfo& info) {
  const double count = info[3].ToNumber();
  const std::vector<Bytes> sources = SourcesOf(info[1]);
  Napi::Uint32Array pieces = PiecesOf(info[2]);
  const Bytes target = BytesOf(info[0]);
  if (!(count >= 0 && count <= static_cast<double>(pieces.ElementLength() / kNumbersPerPiece)))
    throw Napi::RangeError::New(info.Env(), "more pieces than there are");
  size_t written = 0;
  const uint32_t* piece = pieces.Data();
  for (auto left = static_cast<size_t>(count); left > 0; left--, piece += kNumbersPerPiece) {
    const uint32_t source = piece[0];
    const uint32_t start = piece[1];
    const uint32_t end = piece[2];
    if (source >= sources.size() || start > end || end > sources[source].length)
      throw Napi::RangeError::New(info.Env(), "a piece of no source");
    if (end - start > target.length - written) throw Napi::RangeError::New(info.Env(), "no room for a piece");
    // No source is the target, but nothing else may come of it if one is.
    memmove(target.data + written, sources[source].data + start, end - start);
    written += end - start;
  }
  return Napi::Number::New(info.Env(), static_cast<double>(written));
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("weave", Napi::Function::New(env, Weave));
  return exports;
}

}  // namespace

NODE_API_MODULE(weave, Init)
