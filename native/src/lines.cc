#include "lines.h"

#include <cstring>
#include <memory>
#include <optional>
#include <string>
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

struct Written {
  size_t read;   // where in the batch what follows begins
  size_t lines;
  size_t bytes;
  bool refused;  // whether what follows is, and not just without room
};

// Writes lines of what is in a batch from byte `from` on, at most so many and as there is room for.
Written WriteLines(const LineProgram& program, const Napi::Uint8Array& batch, size_t from, Napi::Uint8Array target,
                   size_t at, double most, LineContext context) {
  Written written{from, 0, 0, false};
  char* const start = reinterpret_cast<char*>(target.Data()) + at;
  const size_t room = at < target.ByteLength() ? target.ByteLength() - at : 0;
  while (static_cast<double>(written.lines) < most && written.read + kFrameHeaderBytes <= batch.ByteLength() &&
         room - written.bytes >= program.maxLineBytes()) {
    const uint8_t* const frame = batch.Data() + written.read;
    uint32_t bytes;
    memcpy(&bytes, frame, sizeof(bytes));
    const bool isStruct = bytes == program.structBytes() && written.read + FramedBytes(bytes) <= batch.ByteLength();
    char* const line = start + written.bytes;
    const char* const end = isStruct ? program.Write(frame + kFrameHeaderBytes, context, line) : nullptr;
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

}  // namespace

Napi::Value CreateLineWriter(const Napi::CallbackInfo& info) {
  std::optional<LineProgram> made = LineProgram::Of(StepsOf(info[0].As<Napi::Uint32Array>()), TextsOf(info[1].As<Napi::Uint8Array>()),
                                                    info[2].As<Napi::Number>().Uint32Value());
  if (!made) throw Napi::RangeError::New(info.Env(), "a piece of a line is beside the struct");
  const auto program = std::make_shared<const LineProgram>(*std::move(made));
  return Napi::Function::New(info.Env(), [program](const Napi::CallbackInfo& call) {
    const auto number = [&call](size_t i) { return call[i].As<Napi::Number>(); };
    const LineContext context{static_cast<uint64_t>(number(5).Int64Value()), number(6).Int64Value()};
    const Written written =
        WriteLines(*program, call[0].As<Napi::Uint8Array>(), number(1).Uint32Value(), call[2].As<Napi::Uint8Array>(),
                   number(3).Uint32Value(), number(4).DoubleValue(), context);
    const auto count = [&call](size_t value) { return Napi::Number::New(call.Env(), static_cast<double>(value)); };
    Napi::Object result = Napi::Object::New(call.Env());
    result.Set("read", count(written.read));
    result.Set("lines", count(written.lines));
    result.Set("bytes", count(written.bytes));
    result.Set("refused", Napi::Boolean::New(call.Env(), written.refused));
    return result;
  });
}
