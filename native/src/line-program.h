// Writes structs as lines by a program, which is a list of steps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "address.h"
#include "decimal.h"

// What a step does; the same in lines.ts. Places are bytes from the beginning of the struct; numbers are little-endian.
enum class Do : uint32_t {
  kText,       // at: its place among the texts, size: its length
  kNumber,     // size: bytes, 1 to 8
  kDigits,     // u64 of any size
  kMicros,     // a u64 of nanoseconds, in whole microseconds
  kWallClock,  // the same, as seconds since the epoch
  kElapsedMs,  // from a u64 of nanoseconds at `at` to one at `other`, each in whole microseconds
  kSequence,   // the number of the line
  kIpv4,
  kIpv6,
  kChars,      // text up to a zero or `size` bytes
  kUnlessEqual,  // goes to `next` unless the `size` bytes are those of the text at `other`
  kChoose,     // goes to the step behind this one that the number of `size` bytes counts to, of `other` that there are
  kGo,         // goes to `next`
  kRefuse
};

struct Step {
  Do what;
  uint32_t at;
  uint32_t size;
  uint32_t other;
  uint32_t next;
};
constexpr size_t kNumbersPerStep = sizeof(Step) / sizeof(uint32_t);

// What lines have that is in no struct.
struct LineContext {
  uint64_t sequence;    // of the next line
  int64_t wallOffsetUs;  // from boot time to the epoch
};

// Gives text that is no plain one as JSON has it.
class OddTexts {
 public:
  virtual const std::string& JsonOf(std::string_view text) = 0;

 protected:
  ~OddTexts() = default;
};

class LineProgram {
 public:
  // Nothing if a step is beside the struct, the texts or the program, or goes back.
  static std::optional<LineProgram> Of(std::vector<Step> steps, std::string texts, size_t structBytes) {
    LineProgram program(std::move(steps), std::move(texts), structBytes);
    for (size_t i = 0; i < program.steps_.size(); i++) {
      if (!program.IsSound(i)) return std::nullopt;
    }
    return program;
  }

  size_t structBytes() const { return structBytes_; }
  // Room to have for a line.
  size_t maxLineBytes() const { return maxLineBytes_; }

  // Writes the line of a struct and returns where it ends; nullptr where the struct has something that no step can write.
  char* Write(const uint8_t* from, const LineContext& context, OddTexts& oddTexts, char* at) const {
    for (const Step *step = steps_.data(), *end = step + steps_.size(); step != end; step++) {
      const uint8_t* const place = from + step->at;
      switch (step->what) {
        case Do::kText:
          CopyText(texts_.data() + step->at, step->size, at);
          at += step->size;
          break;
        case Do::kNumber: {
          const uint64_t number = Number(place, step->size);
          if (number > decimal::kMaxWhole) return nullptr;
          at = decimal::WriteWhole(number, at);
          break;
        }
        case Do::kDigits:
          at = std::to_chars(at, at + kMaxDigits, Number(place, 8)).ptr;
          break;
        case Do::kMicros: {
          const uint64_t us = Micros(place);
          if (us > decimal::kMaxWhole) return nullptr;
          at = decimal::WriteWhole(us, at);
          break;
        }
        case Do::kWallClock: {
          const int64_t us = static_cast<int64_t>(Micros(place)) + context.wallOffsetUs;
          if (us < 0 || static_cast<uint64_t>(us) > decimal::kMaxMillionths) return nullptr;
          at = decimal::WriteParts<1'000'000>(static_cast<uint64_t>(us), false, at);
          break;
        }
        case Do::kElapsedMs: {
          const uint64_t since = Micros(place), until = Micros(from + step->other);
          const uint64_t us = since > until ? since - until : until - since;
          if (us > decimal::kMaxThousandths) return nullptr;
          at = decimal::WriteParts<1000>(us, since > until, at);
          break;
        }
        case Do::kSequence:
          at = decimal::WriteWhole(context.sequence, at);
          break;
        case Do::kIpv4:
          at = address::WriteIpv4(place, at);
          break;
        case Do::kIpv6:
          at = address::WriteIpv6(place, at);
          break;
        case Do::kChars:
          at = WriteChars(CharsAt(place, step->size), oddTexts, at);
          if (at == nullptr) return nullptr;
          break;
        case Do::kUnlessEqual:
          if (!IsEqual(place, texts_.data() + step->other, step->size)) step = steps_.data() + step->next - 1;
          break;
        case Do::kChoose: {
          const uint64_t choice = Number(place, step->size);
          if (choice >= step->other) return nullptr;
          step += choice;
          break;
        }
        case Do::kGo:
          step = steps_.data() + step->next - 1;
          break;
        case Do::kRefuse:
          return nullptr;
      }
    }
    *at++ = '\n';
    return at;
  }

 private:
  static constexpr size_t kMaxDigits = 20;  // of a u64
  static constexpr size_t kWordBytes = 16;
  static constexpr size_t kMaxEscapedBytes = 6;  // of a byte of text, as \u and four digits

  LineProgram(std::vector<Step> steps, std::string texts, size_t structBytes)
      : steps_(std::move(steps)), textBytes_(texts.size()), texts_(std::move(texts)), structBytes_(structBytes) {
    texts_.append(kWordBytes, '\0');
    for (const Step& step : steps_) maxLineBytes_ += MostBytes(step);
  }

  static size_t MostBytes(const Step& step) {
    switch (step.what) {
      case Do::kText:
        return step.size;
      case Do::kChars:
        return step.size * kMaxEscapedBytes;
      case Do::kIpv4:
      case Do::kIpv6:
        return address::kMaxBytes;
      case Do::kUnlessEqual:
      case Do::kChoose:
      case Do::kGo:
      case Do::kRefuse:
        return 0;
      default:
        return kMaxDigits;
    }
  }

  bool IsSound(size_t index) const {
    const Step& step = steps_[index];
    const auto isPlace = [this](uint64_t at, uint64_t bytes) { return at + bytes <= structBytes_; };
    const auto isText = [this](uint64_t at, uint64_t bytes) { return at + bytes <= textBytes_; };
    const bool isNumber = IsNumberSize(step.size);
    const bool goesOn = step.next > index && step.next <= steps_.size();
    switch (step.what) {
      case Do::kText:
        return isText(step.at, step.size);
      case Do::kNumber:
        return isNumber && isPlace(step.at, step.size);
      case Do::kChoose:
        return isNumber && isPlace(step.at, step.size) && step.other < steps_.size() - index;
      case Do::kDigits:
      case Do::kMicros:
      case Do::kWallClock:
        return isPlace(step.at, 8);
      case Do::kElapsedMs:
        return isPlace(step.at, 8) && isPlace(step.other, 8);
      case Do::kIpv4:
        return isPlace(step.at, 4);
      case Do::kIpv6:
        return isPlace(step.at, 16);
      case Do::kChars:
        return isPlace(step.at, step.size);
      case Do::kUnlessEqual:
        return isPlace(step.at, step.size) && isText(step.other, step.size) && goesOn;
      case Do::kGo:
        return goesOn;
      case Do::kSequence:
      case Do::kRefuse:
        return true;
      default:
        return false;
    }
  }

  template <typename T>
  static uint64_t Load(const void* at) {
    T number;
    memcpy(&number, at, sizeof(number));
    return number;
  }

  static uint64_t Number(const void* at, uint32_t bytes) {
    switch (bytes) {
      case 1:
        return Load<uint8_t>(at);
      case 2:
        return Load<uint16_t>(at);
      case 4:
        return Load<uint32_t>(at);
      default:
        return Load<uint64_t>(at);
    }
  }

  static bool IsEqual(const uint8_t* place, const char* text, uint32_t bytes) {
    return IsNumberSize(bytes) ? Number(place, bytes) == Number(text, bytes) : memcmp(place, text, bytes) == 0;
  }

  // In whole words: most are short, and to call memcpy for each takes longer than to copy.
  static void CopyText(const char* from, uint32_t bytes, char* to) {
    for (uint32_t done = 0; done < bytes; done += kWordBytes) memcpy(to + done, from + done, kWordBytes);
  }

  static bool IsNumberSize(uint32_t bytes) { return bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8; }

  static uint64_t Micros(const uint8_t* at) { return Number(at, 8) / 1000; }

  static std::string_view CharsAt(const uint8_t* place, uint32_t most) {
    const char* const chars = reinterpret_cast<const char*>(place);
    return {chars, strnlen(chars, most)};
  }

  static char* WriteChars(std::string_view text, OddTexts& oddTexts, char* at) {
    if (IsPlain(text)) return Append(text, at);
    const std::string& json = oddTexts.JsonOf(text);
    return json.size() <= text.size() * kMaxEscapedBytes ? Append(json, at) : nullptr;
  }

  // Printable ASCII that JSON has as it is.
  static bool IsPlain(std::string_view text) {
    for (const char c : text) {
      if (c < 0x20 || c > 0x7e || c == '"' || c == '\\') return false;
    }
    return true;
  }

  static char* Append(std::string_view text, char* at) {
    memcpy(at, text.data(), text.size());
    return at + text.size();
  }

  std::vector<Step> steps_;
  size_t textBytes_;
  std::string texts_;  // and a word behind them
  size_t structBytes_;
  size_t maxLineBytes_ = 1 + kWordBytes;
};
