// PostgresParameters and PostgresRows: what goes into a statement and what comes out, in PostgreSQL's binary
// format.
//
// Binary because metadata is large and must not be escaped, and because arrays let one statement carry the
// rows of many transactions (INSERT … SELECT FROM unnest($1::text[], …)). Source: PostgreSQL documentation,
// "Message Formats" (Bind); array_send, int8send of the server.
#ifndef LIFEBOAT_CATALOG_STORE_POSTGRES_VALUE_H_
#define LIFEBOAT_CATALOG_STORE_POSTGRES_VALUE_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

struct pg_result;

namespace lifeboat::catalog {

// The parameters of one execution, $1 first. Texts are not copied: they must live until the statement is
// sent.
class PostgresParameters {
 public:
  PostgresParameters& Text(std::string_view value);  // also bytea
  PostgresParameters& Integer(int64_t value);        // int8
  PostgresParameters& Null();
  // One-dimensional arrays without nulls; these are copied.
  PostgresParameters& Texts(std::span<const std::string_view> values);       // text[]
  PostgresParameters& ByteArrays(std::span<const std::string_view> values);  // bytea[]
  PostgresParameters& Integers(std::span<const int64_t> values);             // int8[]
  // text[] whose elements may be null.
  PostgresParameters& OptionalTexts(std::span<const std::optional<std::string_view>> values);

  int size() const { return static_cast<int>(values_.size()); }
  const char* const* values() const { return values_.data(); }
  const int* lengths() const { return lengths_.data(); }
  const int* formats() const { return formats_.data(); }

 private:
  PostgresParameters& Own(std::string bytes);

  std::deque<std::string> owned_;  // addresses stay
  std::vector<const char*> values_;
  std::vector<int> lengths_;
  std::vector<int> formats_;
};

// The rows a statement returned.
class PostgresRows {
 public:
  PostgresRows() = default;
  explicit PostgresRows(pg_result* result) : result_(result) {}

  int size() const;
  // Rows that an INSERT, UPDATE or DELETE touched.
  int64_t affected() const;
  bool IsNull(int row, int column) const;
  int64_t Integer(int row, int column) const;        // int2, int4, int8, bool
  std::string_view Text(int row, int column) const;  // text, bytea; valid while the rows live; "" for null

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

}  // namespace lifeboat::catalog

#endif  // LIFEBOAT_CATALOG_STORE_POSTGRES_VALUE_H_
