// Finds the fields of records that have one exact shape: flat, keys in a given order, plain values. Knows no other JSON.
#include <napi.h>

#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

enum class Kind { kType, kNumber, kText, kTrue };

struct Field {
  std::string key;  // with quotes and colon
  Kind kind;
};

// What JavaScript gets of a line; the same in scan.ts.
constexpr size_t kStart = 0;
constexpr size_t kEnd = 1;
constexpr size_t kIsFlat = 2;
constexpr size_t kFirstField = 3;

constexpr unsigned kLengthBits = 14;
constexpr size_t kMaxLineBytes = 1 << kLengthBits;

constexpr uint64_t kMaxExact = 1ull << 53;
constexpr int kMaxDigits = 16;
// Powers of ten that are exact, so that one division gives the nearest double, as a full parse does.
constexpr double kPowers[] = {1e0, 1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7, 1e8,
                              1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
// ASCII without controls, and without what ends a string or begins an escape.
bool IsPlain(char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; }

class Scanner {
 public:
  Scanner(std::vector<Field> fields, std::vector<std::string> types)
      : fields_(std::move(fields)), types_(std::move(types)), usual_(fields_.size() + 1, 0) {}

  size_t width() const { return kFirstField + fields_.size(); }

  // Fills a row per line until the rows or the lines are at their end. Returns the number of rows.
  size_t Scan(const char* block, size_t from, size_t size, double* rows, size_t most) {
    size_t count = 0;
    for (const char* line = block + from; count < most; count++, rows += width()) {
      const auto* end = static_cast<const char*>(memchr(line, '\n', block + size - line));
      if (end == nullptr) break;
      rows[kStart] = static_cast<double>(line - block);
      rows[kEnd] = static_cast<double>(end - block);
      rows[kIsFlat] = IsFlat(line, end, rows + kFirstField);
      line = end + 1;
    }
    return count;
  }

 private:
  // Nothing below reads past `end`, as the newline there is no part of any key or value.
  bool IsFlat(const char* line, const char* end, double* cells) {
    if (end - line > static_cast<ptrdiff_t>(kMaxLineBytes) || *line != '{') return false;
    size_t next = 0;
    for (const char* at = line + 1;;) {
      const size_t field = FieldAt(at, end, next);
      if (field == fields_.size()) return false;
      for (; next < field; next++) cells[next] = std::numeric_limits<double>::quiet_NaN();
      at += fields_[field].key.size();
      if (!Value(&at, end, line, fields_[field].kind, &cells[field])) return false;
      next = field + 1;
      const char after = *at++;
      if (after == ',') continue;
      if (after != '}' || at != end) return false;
      for (; next < fields_.size(); next++) cells[next] = std::numeric_limits<double>::quiet_NaN();
      return true;
    }
  }

  // The field whose key stands here, no earlier than `next`; the number of fields where there is none. The first is a must.
  size_t FieldAt(const char* at, const char* end, size_t next) {
    if (const size_t usual = usual_[next]; usual >= next && HasKey(usual, at, end)) return usual;
    for (size_t field = next; field < (next == 0 ? 1 : fields_.size()); field++) {
      if (HasKey(field, at, end)) return usual_[next] = field;
    }
    return fields_.size();
  }

  bool HasKey(size_t field, const char* at, const char* end) const {
    if (field == fields_.size()) return false;
    const std::string& key = fields_[field].key;
    return static_cast<size_t>(end - at) > key.size() && memcmp(at, key.data(), key.size()) == 0;
  }

  bool Value(const char** at, const char* end, const char* line, Kind kind, double* cell) const {
    switch (kind) {
      case Kind::kType:
        return Text(at, line, cell) && Type(line, cell);
      case Kind::kNumber:
        return Number(at, cell);
      case Kind::kText:
        return Text(at, line, cell);
      case Kind::kTrue:
        if (end - *at < 5 || memcmp(*at, "true", 4) != 0) return false;
        *at += 4;
        *cell = 1;
        return true;
    }
    return false;
  }

  // Where a string stands in its line, and its length.
  static bool Text(const char** at, const char* line, double* cell) {
    if (**at != '"') return false;
    const char* first = ++*at;
    while (IsPlain(**at)) ++*at;
    if (**at != '"') return false;
    *cell = static_cast<double>(static_cast<uint32_t>(first - line) << kLengthBits |
                                static_cast<uint32_t>(*at - first));
    ++*at;
    return true;
  }

  bool Type(const char* line, double* cell) const {
    const auto place = static_cast<uint32_t>(*cell);
    const std::string_view text(line + (place >> kLengthBits), place & (kMaxLineBytes - 1));
    for (size_t i = 0; i < types_.size(); i++) {
      if (types_[i] != text) continue;
      *cell = static_cast<double>(i);
      return true;
    }
    return false;
  }

  // A number without sign and exponent, and short enough to be exact.
  static bool Number(const char** at, double* cell) {
    const char* first = *at;
    uint64_t digits = 0;
    while (IsDigit(**at) && *at - first < kMaxDigits) digits = digits * 10 + (*(*at)++ - '0');
    if (*at == first || (*first == '0' && *at - first > 1)) return false;
    const char* point = *at;
    if (*point == '.') {
      ++*at;
      while (IsDigit(**at) && *at - first <= kMaxDigits) digits = digits * 10 + (*(*at)++ - '0');
      if (*at == point + 1) return false;
      *cell = static_cast<double>(digits) / kPowers[*at - point - 1];
    } else {
      *cell = static_cast<double>(digits);
    }
    return digits <= kMaxExact;
  }

  const std::vector<Field> fields_;
  const std::vector<std::string> types_;
  // By field: which one followed it in the last line, in most cases again.
  std::vector<size_t> usual_;
};

std::vector<Field> FieldsOf(const Napi::Array& given) {
  std::vector<Field> fields;
  for (uint32_t i = 0; i < given.Length(); i++) {
    const Napi::Object field = given.Get(i).As<Napi::Object>();
    const std::string name = field.Get("name").As<Napi::String>();
    const std::string kind = field.Get("kind").As<Napi::String>();
    fields.push_back({'"' + name + "\":", i == 0              ? Kind::kType
                                          : kind == "number"  ? Kind::kNumber
                                          : kind == "boolean" ? Kind::kTrue
                                                              : Kind::kText});
  }
  return fields;
}

std::vector<std::string> TextsOf(const Napi::Array& given) {
  std::vector<std::string> texts;
  for (uint32_t i = 0; i < given.Length(); i++) texts.push_back(given.Get(i).As<Napi::String>());
  return texts;
}

Napi::Value CreateScanner(const Napi::CallbackInfo& info) {
  auto scanner = std::make_shared<Scanner>(FieldsOf(info[0].As<Napi::Array>()), TextsOf(info[1].As<Napi::Array>()));
  return Napi::Function::New(info.Env(), [scanner](const Napi::CallbackInfo& call) {
    const auto block = call[0].As<Napi::Uint8Array>();
    const size_t from = call[1].As<Napi::Number>().Uint32Value();
    auto rows = call[2].As<Napi::Float64Array>();
    const size_t size = block.ByteLength();
    if (from > size) return Napi::Number::New(call.Env(), 0);
    const size_t count = scanner->Scan(reinterpret_cast<const char*>(block.Data()), from, size, rows.Data(),
                                       rows.ElementLength() / scanner->width());
    return Napi::Number::New(call.Env(), static_cast<double>(count));
  });
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  exports.Set("createScanner", Napi::Function::New(env, CreateScanner));
  return exports;
}

}  // namespace

NODE_API_MODULE(scan, Init)
