// Puts bytes of several sources, and numbers, one behind the other. An addon of its own, as small as what it does.
#include <napi.h>

#include <cstdint>
#include <cstring>
#include <vector>

#include "decimal.h"

namespace {

// What a piece is; the same in weave.ts.
constexpr size_t kNumbersPerPiece = 3;
constexpr uint32_t kThousandths = 0xffffffff;
constexpr uint32_t kNegativeThousandths = 0xfffffffe;

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

class Weaving {
 public:
  Weaving(Napi::Env env, Bytes target, const std::vector<Bytes>& sources)
      : env_(env), target_(target), sources_(sources) {}

  void Add(uint32_t source, uint32_t start, uint32_t end) {
    if (source == kThousandths || source == kNegativeThousandths) {
      AddThousandths(static_cast<uint64_t>(end) << 32 | start, source == kNegativeThousandths);
      return;
    }
    if (source >= sources_.size() || start > end || end > sources_[source].length)
      throw Napi::RangeError::New(env_, "a piece of no source");
    Copy(sources_[source].data + start, end - start);
  }

  size_t written() const { return written_; }

 private:
  void AddThousandths(uint64_t count, bool isNegative) {
    if (count > decimal::kMaxThousandths) throw Napi::RangeError::New(env_, "a number of too many digits");
    char text[decimal::kMaxBytes];
    Copy(text, decimal::WriteParts<1000>(count, isNegative, text) - text);
  }

  void Copy(const void* bytes, size_t length) {
    if (length > target_.length - written_) throw Napi::RangeError::New(env_, "no room for a piece");
    // No source is the target, but nothing else may come of it if one is.
    memmove(target_.data + written_, bytes, length);
    written_ += length;
  }

  const Napi::Env env_;
  const Bytes target_;
  const std::vector<Bytes>& sources_;
  size_t written_ = 0;
};

Napi::Value Weave(const Napi::CallbackInfo& info) {
  const double count = info[3].ToNumber();
  const std::vector<Bytes> sources = SourcesOf(info[1]);
  Napi::Uint32Array pieces = PiecesOf(info[2]);
  const Bytes target = BytesOf(info[0]);
  if (!(count >= 0 && count <= static_cast<double>(pieces.ElementLength() / kNumbersPerPiece)))
    throw Napi::RangeError::New(info.Env(), "more pieces than there are");
  Weaving weaving(info.Env(), target, sources);
  const uint32_t* piece = pieces.Data();
  for (auto left = static_cast<size_t>(count); left > 0; left--, piece += kNumbersPerPiece)
    weaving.Add(piece[0], piece[1], piece[2]);
  return Napi::Number::New(info.Env(), static_cast<double>(weaving.written()));
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("weave", Napi::Function::New(env, Weave));
  return exports;
}

}  // namespace

NODE_API_MODULE(weave, Init)
