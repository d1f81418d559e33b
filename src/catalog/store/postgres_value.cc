#include "catalog/store/postgres_value.h"

#include <libpq-fe.h>

#include <charconv>
#include <utility>

namespace lifeboat::catalog {
namespace {

// Type oids of the server's catalog (pg_type.dat); they never change.
constexpr uint32_t kByteaOid = 17;
constexpr uint32_t kInt8Oid = 20;
constexpr uint32_t kTextOid = 25;

constexpr int kBinary = 1;

template <typename Integer>
void AppendBigEndian(std::string* out, Integer value) {
  for (int shift = static_cast<int>(sizeof value) * 8 - 8; shift >= 0; shift -= 8) {
    *out += static_cast<char>(static_cast<uint64_t>(value) >> shift);
  }
}

// Dimensions, whether there are nulls, element type, then length and lower bound of the one dimension.
std::string ArrayHeader(uint32_t element_oid, size_t count, bool has_nulls = false) {
  std::string bytes;
  AppendBigEndian<uint32_t>(&bytes, count == 0 ? 0 : 1);
  AppendBigEndian<uint32_t>(&bytes, has_nulls ? 1 : 0);
  AppendBigEndian<uint32_t>(&bytes, element_oid);
  if (count == 0) return bytes;
  AppendBigEndian<uint32_t>(&bytes, static_cast<uint32_t>(count));
  AppendBigEndian<uint32_t>(&bytes, 1);
  return bytes;
}

std::string ArrayOfBytes(uint32_t element_oid, std::span<const std::string_view> values) {
  std::string bytes = ArrayHeader(element_oid, values.size());
  size_t total = bytes.size();
  for (const std::string_view value : values) total += 4 + value.size();
  bytes.reserve(total);
  for (const std::string_view value : values) {
    AppendBigEndian<uint32_t>(&bytes, static_cast<uint32_t>(value.size()));
    bytes += value;
  }
  return bytes;
}

}  // namespace

PostgresParameters& PostgresParameters::Text(std::string_view value) {
  // A null pointer would mean NULL.
  values_.push_back(value.data() == nullptr ? "" : value.data());
  lengths_.push_back(static_cast<int>(value.size()));
  formats_.push_back(kBinary);
  return *this;
}

PostgresParameters& PostgresParameters::Integer(int64_t value) {
  std::string bytes;
  AppendBigEndian(&bytes, value);
  return Own(std::move(bytes));
}

PostgresParameters& PostgresParameters::Null() {
  values_.push_back(nullptr);
  lengths_.push_back(0);
  formats_.push_back(kBinary);
  return *this;
}

PostgresParameters& PostgresParameters::Texts(std::span<const std::string_view> values) {
  return Own(ArrayOfBytes(kTextOid, values));
}

PostgresParameters& PostgresParameters::ByteArrays(std::span<const std::string_view> values) {
  return Own(ArrayOfBytes(kByteaOid, values));
}

PostgresParameters& PostgresParameters::Integers(std::span<const int64_t> values) {
  std::string bytes = ArrayHeader(kInt8Oid, values.size());
  bytes.reserve(bytes.size() + values.size() * 12);
  for (const int64_t value : values) {
    AppendBigEndian<uint32_t>(&bytes, sizeof value);
    AppendBigEndian(&bytes, value);
  }
  return Own(std::move(bytes));
}

PostgresParameters& PostgresParameters::OptionalTexts(
    std::span<const std::optional<std::string_view>> values) {
  std::string bytes = ArrayHeader(kTextOid, values.size(), true);
  for (const std::optional<std::string_view>& value : values) {
    if (!value) {
      AppendBigEndian<uint32_t>(&bytes, UINT32_MAX);
      continue;
    }
    AppendBigEndian<uint32_t>(&bytes, static_cast<uint32_t>(value->size()));
    bytes += *value;
  }
  return Own(std::move(bytes));
}

PostgresParameters& PostgresParameters::Own(std::string bytes) {
  return Text(owned_.emplace_back(std::move(bytes)));
}

void PostgresRows::Clear::operator()(pg_result* result) const {
  PQclear(result);
}

int PostgresRows::size() const {
  return result_ == nullptr ? 0 : PQntuples(result_.get());
}

int64_t PostgresRows::affected() const {
  const std::string_view text = result_ == nullptr ? "" : PQcmdTuples(result_.get());
  int64_t count = 0;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

bool PostgresRows::IsNull(int row, int column) const {
  return PQgetisnull(result_.get(), row, column) != 0;
}

int64_t PostgresRows::Integer(int row, int column) const {
  const std::string_view bytes = Text(row, column);
  // Sign-extends from the first byte.
  int64_t value = !bytes.empty() && (bytes[0] & 0x80) != 0 ? -1 : 0;
  for (const char byte : bytes)
    value = static_cast<int64_t>(static_cast<uint64_t>(value) << 8 | static_cast<unsigned char>(byte));
  return value;
}

std::string_view PostgresRows::Text(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<size_t>(PQgetlength(result_.get(), row, column))};
}

}  // namespace lifeboat::catalog
