// Finds the fields of records that have one exact shape: keys in a given order, plain values.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "json.h"
#include "key-table.h"
#include "plain-json.h"
#include "utf8.h"

enum class Kind { kType, kNumber, kBoolean, kText, kTextOrNull, kJson };

// A short text, which is compared in whole words: memcmp takes four times as long.
class ShortText {
 public:
  explicit ShortText(std::string text) : text_(std::move(text)) {
    for (size_t i = 0; i < std::min(text_.size(), kWordBytes); i++) {
      reinterpret_cast<char*>(words_)[i] = text_[i];
      reinterpret_cast<char*>(masks_)[i] = '\xff';
    }
  }

  size_t size() const { return text_.size(); }

  // Whether it stands at `at`; what may be read ends at `limit`.
  bool IsAt(const char* at, const char* limit) const {
    const auto room = static_cast<size_t>(limit - at);
    if (size() > kWordBytes || room < kWordBytes) return room >= size() && memcmp(at, text_.data(), size()) == 0;
    uint64_t words[2];
    memcpy(words, at, kWordBytes);
    return (((words[0] ^ words_[0]) & masks_[0]) | ((words[1] ^ words_[1]) & masks_[1])) == 0;
  }

 private:
  static constexpr size_t kWordBytes = 2 * sizeof(uint64_t);

  std::string text_;
  uint64_t words_[2] = {};
  uint64_t masks_[2] = {};
};

struct Field {
  ShortText key;  // with its quotes and colon
  Kind kind;
  std::vector<size_t> keys;  // of the line: those that it is a part of
  size_t placeCell = 0;  // of a number
};

// What JavaScript gets of a line; the same in scan.ts.
constexpr size_t kStart = 0;
constexpr size_t kEnd = 1;
constexpr size_t kForm = 2;
constexpr size_t kFirstKey = 3;  // as many as were asked for; then the fields
constexpr double kNull = -1;

// What a line is; the same in scan.ts.
enum class Form { kOther, kFlat, kNoObject, kTooLong, kNotUtf8 };

constexpr unsigned kLengthBits = 14;
constexpr size_t kMaxLineBytes = 1 << kLengthBits;
constexpr int kMaxDepth = 4;
// Of lines that are not flat; the same in records.ts.
constexpr int kMaxLevels = 500;
constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();

// To find out by a full parse that a line is no JSON takes ten times as long, most of it for the error.
inline Form FormOfOther(const char* line, const char* end) {
  std::string_view text(line, end - line);
  if (!text.empty() && text.back() == '\r') text.remove_suffix(1);
  if (text.size() > kMaxLineBytes) return Form::kTooLong;
  const bool isAscii = std::all_of(text.begin(), text.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
  if (!isAscii) return IsUtf8(text) ? Form::kOther : Form::kNotUtf8;
  const bool isBlank = text.find_first_not_of(" \t\v\f\r") == std::string_view::npos;
  return isBlank || JsonForm::IsObject(text, kMaxLevels) ? Form::kOther : Form::kNoObject;
}

class Scanner {
 public:
  Scanner(std::vector<Field> fields, std::vector<ShortText> types, size_t keys)
      : fields_(std::move(fields)), types_(std::move(types)), usual_(fields_.size() + 1, 0), keys_(keys) {
    cells_ = fields_.size();
    for (Field& field : fields_) {
      if (field.kind == Kind::kNumber) field.placeCell = cells_++;
    }
  }

  size_t width() const { return firstField() + cells_; }

  // Fills a row per line whose form is known until the rows or the lines are at their end. Returns the number of rows.
  size_t Scan(const char* block, size_t from, size_t size, double* rows, size_t most) {
    size_t count = 0;
    limit_ = block + size;
    for (const char* line = block + from; count < most;) {
      const auto* end = static_cast<const char*>(memchr(line, '\n', block + size - line));
      if (end == nullptr) break;
      const Form form = IsFlat(line, end, rows + firstField()) ? Form::kFlat : FormOfOther(line, end);
      if (form != Form::kOther) {
        rows[kStart] = static_cast<double>(line - block);
        rows[kEnd] = static_cast<double>(end - block);
        rows[kForm] = static_cast<double>(form);
        if (form == Form::kFlat) NumberKeys(rows + kFirstKey);
        rows += width();
        count++;
      }
      line = end + 1;
    }
    return count;
  }

 private:
  struct NumberedKey {
    Key key;
    KeyTable known;
  };

  size_t firstField() const { return kFirstKey + keys_.size(); }

  void NumberKeys(double* numbers) {
    for (NumberedKey& numbered : keys_) *numbers++ = numbered.known.IdOf(numbered.key);
  }

  // Nothing below takes what is past `end` for a part of the line, as the newline there is no part of any key or value.
  bool IsFlat(const char* line, const char* end, double* cells) {
    if (end - line > static_cast<ptrdiff_t>(kMaxLineBytes) || *line != '{') return false;
    for (NumberedKey& numbered : keys_) numbered.key.Clear();
    size_t next = 0;
    for (const char* at = line + 1;;) {
      const size_t field = FieldAt(at, next);
      if (field == fields_.size()) return false;
      for (; next < field; next++) cells[next] = kAbsent;
      at += fields_[field].key.size();
      const char* value = at;
      at = Value(value, line, field, cells);
      if (at == nullptr) return false;
      for (const size_t key : fields_[field].keys) keys_[key].key.Add(static_cast<char>(field), value, at - value);
      next = field + 1;
      const char after = *at++;
      if (after == ',') continue;
      if (after != '}' || at != end) return false;
      for (; next < fields_.size(); next++) cells[next] = kAbsent;
      return true;
    }
  }

  // The field whose key stands here, no earlier than `next`; the number of fields where there is none. The first has to be there.
  size_t FieldAt(const char* at, size_t next) {
    if (const size_t usual = usual_[next]; usual >= next && HasKey(usual, at)) return usual;
    for (size_t field = next; field < (next == 0 ? 1 : fields_.size()); field++) {
      if (HasKey(field, at)) return usual_[next] = field;
    }
    return fields_.size();
  }

  bool HasKey(size_t field, const char* at) const {
    return field < fields_.size() && fields_[field].key.IsAt(at, limit_);
  }

  // Where the value ends that begins at `at`; nullptr where it is none of this kind. Called for each value of each line: a
  // tenth of all time would go into the call.
  [[gnu::always_inline]] const char* Value(const char* at, const char* line, size_t field, double* cells) const {
    double* cell = cells + field;
    const char* end = nullptr;
    bool isUsual = false;
    switch (fields_[field].kind) {
      case Kind::kType:
        return Type(at, cell);
      case Kind::kNumber:
        end = plain::Number(at, limit_, cell, &isUsual);
        if (end != nullptr) cells[fields_[field].placeCell] = isUsual ? Place(at - line, end - at) : kAbsent;
        return end;
      case Kind::kBoolean:
        *cell = *at == 't';
        return plain::Word(at, *at == 't' ? "true" : "false");
      case Kind::kTextOrNull:
        if (*at == 'n') {
          *cell = kNull;
          return plain::Word(at, "null");
        }
        [[fallthrough]];
      case Kind::kText:
        end = plain::Text(at, limit_);
        if (end != nullptr) *cell = Place(at + 1 - line, end - at - 2);
        return end;
      case Kind::kJson:
        end = plain::Value(at, limit_, kMaxDepth);
        if (end != nullptr) *cell = Place(at - line, end - at);
        return end;
    }
    return nullptr;
  }

  static double Place(ptrdiff_t from, ptrdiff_t length) {
    return static_cast<double>(static_cast<uint32_t>(from) << kLengthBits | static_cast<uint32_t>(length));
  }

  const char* Type(const char* at, double* cell) const {
    for (size_t i = 0; i < types_.size(); i++) {
      if (!types_[i].IsAt(at, limit_)) continue;
      *cell = static_cast<double>(i);
      return at + types_[i].size();
    }
    return nullptr;
  }

  std::vector<Field> fields_;
  // Of the block.
  const char* limit_ = nullptr;
  // Of a row: one for each field, and behind all of them a second one for each number.
  size_t cells_;
  const std::vector<ShortText> types_;  // with their quotes
  // By field: which one followed it in the last line, in most cases again.
  std::vector<size_t> usual_;
  std::vector<NumberedKey> keys_;
};
