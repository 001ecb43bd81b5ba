// The grammar of JSON (RFC 8259), of which only the form is looked at: nothing is decoded.
#pragma once

#include <cstring>
#include <string_view>

class JsonForm {
 public:
  // Whether ASCII text is an object, and nested no deeper than so many levels, itself included.
  static bool IsObject(std::string_view text, int levels) {
    JsonForm form(text);
    form.SkipSpace();
    if (!form.IsNext('{') || !form.Value(levels)) return false;
    form.SkipSpace();
    return form.at_ == form.end_;
  }

 private:
  explicit JsonForm(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  bool Value(int levels) {
    if (at_ == end_) return false;
    switch (*at_) {
      case '{':
        return levels > 0 && Members('}', levels - 1);
      case '[':
        return levels > 0 && Members(']', levels - 1);
      case '"':
        return Text();
      case 't':
        return Word("true");
      case 'f':
        return Word("false");
      case 'n':
        return Word("null");
      default:
        return Number();
    }
  }

  bool Members(char close, int levels) {
    at_++;
    SkipSpace();
    if (Take(close)) return true;
    do {
      SkipSpace();
      if (close == '}' && !Name()) return false;
      if (!Value(levels)) return false;
      SkipSpace();
    } while (Take(','));
    return Take(close);
  }

  // With the colon and the space around it.
  bool Name() {
    if (!Text()) return false;
    SkipSpace();
    if (!Take(':')) return false;
    SkipSpace();
    return true;
  }

  bool Text() {
    if (!Take('"')) return false;
    while (at_ != end_ && static_cast<unsigned char>(*at_) >= 0x20) {
      const char c = *at_++;
      if (c == '"') return true;
      if (c == '\\' && !Escape()) return false;
    }
    return false;
  }

  bool Escape() {
    if (at_ == end_) return false;
    const char c = *at_++;
    if (c != 'u') return strchr("\"\\/bfnrt", c) != nullptr && c != '\0';
    for (int i = 0; i < 4; i++, at_++) {
      if (at_ == end_ || !(IsDigit(*at_) || (*at_ >= 'a' && *at_ <= 'f') || (*at_ >= 'A' && *at_ <= 'F'))) return false;
    }
    return true;
  }

  bool Number() {
    Take('-');
    if (!Take('0') && !Digits()) return false;
    if (Take('.') && !Digits()) return false;
    if (!Take('e') && !Take('E')) return true;
    if (!Take('+')) Take('-');
    return Digits();
  }

  bool Digits() {
    const char* first = at_;
    while (at_ != end_ && IsDigit(*at_)) at_++;
    return at_ != first;
  }

  bool Word(std::string_view word) {
    if (std::string_view(at_, end_ - at_).substr(0, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  void SkipSpace() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\t' || *at_ == '\n' || *at_ == '\r')) at_++;
  }

  bool Take(char c) {
    if (!IsNext(c)) return false;
    at_++;
    return true;
  }

  bool IsNext(char c) const { return at_ != end_ && *at_ == c; }
  static bool IsDigit(char c) { return c >= '0' && c <= '9'; }

  const char* at_;
  const char* const end_;
};
