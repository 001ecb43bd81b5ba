#include "lines.h"

#include <array>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "batch.h"
#include "line-program.h"

namespace {

std::vector<Step> StepsOf(const Napi::Uint32Array& numbers) {
  std::vector<Step> steps(numbers.ElementLength() / kNumbersPerStep);
  memcpy(steps.data(), numbers.Data(), steps.size() * sizeof(Step));
  return steps;
}

std::string TextsOf(const Napi::Uint8Array& bytes) {
  return {reinterpret_cast<const char*>(bytes.Data()), bytes.ByteLength()};
}

// Asks JavaScript, and keeps what it said.
class AskedTexts : public OddTexts {
 public:
  // Until the next call; the function lives as long as the one that called.
  void AskOf(Napi::Function jsonOf) { jsonOf_ = jsonOf; }

  const std::string& JsonOf(std::string_view text) override {
    Known& known = known_[std::hash<std::string_view>()(text) % known_.size()];
    if (known.text != text) {
      const Napi::Value bytes = Napi::Buffer<char>::Copy(jsonOf_.Env(), text.data(), text.size());
      known.json = jsonOf_.Call({bytes}).As<Napi::String>();
      known.text = text;
    }
    return known.json;
  }

 private:
  struct Known {
    std::string text;
    std::string json;
  };

  Napi::Function jsonOf_;
  std::array<Known, 256> known_;
};

struct Written {
  size_t read;   // where in the batch what follows begins
  size_t lines;
  size_t bytes;
  bool refused;  // whether what follows is, and not just without room
};

class LineWriter {
 public:
  explicit LineWriter(LineProgram program) : program_(std::move(program)) {}

  // (batch, from, target, at, most, sequence, wallOffsetUs, jsonOf), as lines.ts has it.
  Napi::Value Call(const Napi::CallbackInfo& info) {
    const auto number = [&info](size_t i) { return info[i].As<Napi::Number>(); };
    texts_.AskOf(info[7].As<Napi::Function>());
    const LineContext context{static_cast<uint64_t>(number(5).Int64Value()), number(6).Int64Value()};
    const Written written = Write(info[0].As<Napi::Uint8Array>(), number(1).Uint32Value(), info[2].As<Napi::Uint8Array>(),
                                  number(3).Uint32Value(), number(4).DoubleValue(), context);
    const auto count = [&info](size_t value) { return Napi::Number::New(info.Env(), static_cast<double>(value)); };
    Napi::Object result = Napi::Object::New(info.Env());
    result.Set("read", count(written.read));
    result.Set("lines", count(written.lines));
    result.Set("bytes", count(written.bytes));
    result.Set("refused", Napi::Boolean::New(info.Env(), written.refused));
    return result;
  }

 private:
  // Writes lines of what is in a batch from byte `from` on, at most so many and as there is room for.
  Written Write(const Napi::Uint8Array& batch, size_t from, Napi::Uint8Array target, size_t at, double most,
                LineContext context) {
    Written written{from, 0, 0, false};
    char* const start = reinterpret_cast<char*>(target.Data()) + at;
    const size_t room = at < target.ByteLength() ? target.ByteLength() - at : 0;
    while (static_cast<double>(written.lines) < most && written.read + kFrameHeaderBytes <= batch.ByteLength() &&
           room - written.bytes >= program_.maxLineBytes()) {
      const uint8_t* const frame = batch.Data() + written.read;
      uint32_t bytes;
      memcpy(&bytes, frame, sizeof(bytes));
      const bool isStruct = bytes == program_.structBytes() && written.read + FramedBytes(bytes) <= batch.ByteLength();
      char* const line = start + written.bytes;
      const char* const end = isStruct ? program_.Write(frame + kFrameHeaderBytes, context, texts_, line) : nullptr;
      if (end == nullptr) {
        written.refused = true;
        break;
      }
      written.bytes += end - line;
      written.read += FramedBytes(bytes);
      written.lines++;
      context.sequence++;
    }
    return written;
  }

  const LineProgram program_;
  AskedTexts texts_;
};

}  // namespace

Napi::Value CreateLineWriter(const Napi::CallbackInfo& info) {
  std::optional<LineProgram> program =
      LineProgram::Of(StepsOf(info[0].As<Napi::Uint32Array>()), TextsOf(info[1].As<Napi::Uint8Array>()),
                      info[2].As<Napi::Number>().Uint32Value());
  if (!program) throw Napi::RangeError::New(info.Env(), "a piece of a line is beside the struct");
  const auto writer = std::make_shared<LineWriter>(*std::move(program));
  return Napi::Function::New(info.Env(), [writer](const Napi::CallbackInfo& call) { return writer->Call(call); });
}
