// ParseJson: Boost.JSON's parser with its numbers corrected. Its own conversion of fractions may be off by
// one unit in the last place and turns 1e400 into infinity; a member that nobody knows must come out as it
// went in.
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/error.hpp>
#include <boost/json/value_stack.hpp>
#include <charconv>

#include "iceberg/model/json.h"

namespace lifeboat::iceberg {

namespace json = boost::json;

namespace {

using ErrorCode = json::error_code;
using Text = json::string_view;

// Receives the document's parts from basic_parser and stacks them up to one value. Names are the parser's.
struct ValueHandler {
  static constexpr size_t max_object_size = json::object::max_size();
  static constexpr size_t max_array_size = json::array::max_size();
  static constexpr size_t max_key_size = json::string::max_size();
  static constexpr size_t max_string_size = json::string::max_size();

  bool on_document_begin(ErrorCode&) { return true; }
  bool on_document_end(ErrorCode&) { return true; }
  bool on_object_begin(ErrorCode&) { return true; }
  bool on_object_end(size_t size, ErrorCode&) { return stack.push_object(size), true; }
  bool on_array_begin(ErrorCode&) { return true; }
  bool on_array_end(size_t size, ErrorCode&) { return stack.push_array(size), true; }
  bool on_key_part(Text text, size_t, ErrorCode&) { return stack.push_chars(text), true; }
  bool on_key(Text text, size_t, ErrorCode&) { return stack.push_key(text), true; }
  bool on_string_part(Text text, size_t, ErrorCode&) { return stack.push_chars(text), true; }
  bool on_string(Text text, size_t, ErrorCode&) { return stack.push_string(text), true; }
  bool on_number_part(Text text, ErrorCode&) { return number_part.append(text), true; }
  bool on_int64(int64_t value, Text, ErrorCode&) {
    return number_part.clear(), stack.push_int64(value), true;
  }
  bool on_uint64(uint64_t value, Text, ErrorCode&) {
    return number_part.clear(), stack.push_uint64(value), true;
  }
  bool on_double(double, Text text, ErrorCode& error) {
    number_part.append(text);
    double value = 0;
    const char* end = number_part.data() + number_part.size();
    const auto read = std::from_chars(number_part.data(), end, value);
    if (read.ec != std::errc() && !IsTiny(number_part)) {
      error = json::error::exponent_overflow;
      return false;
    }
    number_part.clear();
    return stack.push_double(value), true;
  }
  bool on_bool(bool value, ErrorCode&) { return stack.push_bool(value), true; }
  bool on_null(ErrorCode&) { return stack.push_null(), true; }
  bool on_comment_part(Text, ErrorCode&) { return true; }
  bool on_comment(Text, ErrorCode&) { return true; }

  // Of a number that is no double: it is too near to zero, not too far from it.
  static bool IsTiny(std::string_view number) {
    const size_t exponent = number.find_first_of("eE");
    return exponent == std::string_view::npos ? number.starts_with("0.") || number.starts_with("-0.")
                                              : number.substr(exponent + 1).starts_with('-');
  }

  json::value_stack stack;
  std::string number_part;
};

}  // namespace

Result<json::value> ParseJson(std::string_view text, std::string_view what, size_t depth_max) {
  json::parse_options options;
  options.max_depth = depth_max;
  ErrorCode error;
  try {
    json::basic_parser<ValueHandler> parser(options);
    parser.handler().stack.reset();
    const size_t parsed = parser.write_some(false, text.data(), text.size(), error);
    if (!error && parsed < text.size()) error = json::error::extra_data;
    if (!error) return parser.handler().stack.release();
  } catch (const std::exception& exception) {  // sizes beyond Boost.JSON's limits
    return Status::InvalidArgument("{} is not valid JSON: {}", what, exception.what());
  }
  return Status::InvalidArgument("{} is not valid JSON: {}", what, error.message());
}

}  // namespace lifeboat::iceberg
