// Avro's binary encoding: a Decoder over bytes that may be damaged, an Encoder onto a string.
//
// Every read checks the bytes that are left, so a hostile file costs at most its own size. Source: Avro 1.12
// specification, "Binary Encoding".
#ifndef LIFEBOAT_ICEBERG_AVRO_BINARY_H_
#define LIFEBOAT_ICEBERG_AVRO_BINARY_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "iceberg/avro/schema.h"

namespace lifeboat::iceberg::avro {

// Errors are kCorruption without a file's name: whoever knows the file adds it.
class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : rest_(bytes) {}

  size_t remaining() const { return rest_.size(); }

  Result<bool> ReadBoolean();
  Result<int32_t> ReadInt();
  Result<int64_t> ReadLong();
  Result<float> ReadFloat();
  Result<double> ReadDouble();
  // bytes and string; a view into the input.
  Result<std::string_view> ReadBytes();
  // fixed, and whatever has a known length.
  Result<std::string_view> ReadRaw(size_t length);
  // Follows a union to the branch that is stored, null included; any other schema is returned as it is.
  Result<const Schema*> Resolve(const Schema& schema);
  // Calls `element` for each element of an array, or each pair of key and value of a map. An element must
  // take at least one byte of input, so that the number of calls is bounded by it.
  Status ReadBlocks(const std::function<Status()>& element);
  // Passes over a value of `schema`.
  Status Skip(const Schema& schema);

 private:
  std::string_view rest_;
};

class Encoder {
 public:
  explicit Encoder(std::string* out) : out_(out) {}

  void WriteBoolean(bool value) { out_->push_back(value ? '\1' : '\0'); }
  void WriteInt(int32_t value) { WriteLong(value); }
  void WriteLong(int64_t value);
  void WriteFloat(float value);
  void WriteDouble(double value);
  void WriteBytes(std::string_view bytes);
  void WriteRaw(std::string_view bytes) { out_->append(bytes); }
  // The branch of a union ["null", T].
  void WriteBranch(bool is_value) { WriteLong(is_value ? 1 : 0); }
  // The frame of an array: its length before the elements (if there are any), zero after them.
  void BeginArray(size_t length) {
    if (length > 0) WriteLong(static_cast<int64_t>(length));
  }
  void EndArray() { WriteLong(0); }

 private:
  std::string* out_;
};

}  // namespace lifeboat::iceberg::avro

#endif  // LIFEBOAT_ICEBERG_AVRO_BINARY_H_
